/**
 * Shows what a bot runs on, as a small shape with words: a model, an agent of OpenClaw, or the demo, which is not a
 * model.
 */
import type { Bot, RuntimeName } from "@reef/protocol/bot";
import type { ReactElement } from "react";
import styles from "./RuntimeMark.module.css";

const wordsByRuntime: Readonly<Record<RuntimeName, string>> = {
  loop: "Runs on a model",
  openclaw: "Runs on OpenClaw",
  demo: "Demo, no model",
};

export function RuntimeMark({ runtime }: { readonly runtime: RuntimeName }): ReactElement {
  const words = wordsByRuntime[runtime];
  return (
    <span className={styles.mark} data-runtime={runtime} role="img" aria-label={words} title={words}>
      <svg viewBox="0 0 16 16" width="13" height="13" fill="none" stroke="currentColor" aria-hidden="true">
        <g strokeWidth="1.500" strokeLinecap="round" strokeLinejoin="round">
          {shapeByRuntime[runtime]}
        </g>
      </svg>
    </span>
  );
}

/** Returns the words beside a bot's name: its model, or where it works. */
export function runtimeLabel({ runtime, model, agent }: Pick<Bot, "runtime" | "model" | "agent">): string {
  if (runtime === "demo") return "demo, no model";
  if (runtime === "openclaw") return `OpenClaw · ${agent?.agentId ?? "no agent"}`;
  return model ?? "default model";
}

const shapeByRuntime: Readonly<Record<RuntimeName, ReactElement>> = {
  loop: <path d="M13 8a5 5 0 1 1-1.500-3.550M13 2.500v2.400h-2.400" />,
  openclaw: (
    <path d="M8 13.500V9M8 9C4.500 9 3 6.800 3 3c2.200.300 3.600 1.300 4.300 2.900M8 9c3.500 0 5-2.200 5-6-2.200.300-3.600 1.300-4.300 2.900" />
  ),
  demo: <path d="M3 4.500h10v7H3zM5.500 4.500v7" strokeDasharray="2 1.800" />,
};
