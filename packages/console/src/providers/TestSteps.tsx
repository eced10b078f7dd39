/** How a provider's test goes and went: each step by sign and word, what the server said, and what that means for a bot. */
import type { ProviderTest, ProviderTestStep } from "@reef/protocol/provider";
import { type ReactElement, useEffect, useRef } from "react";
import { Button } from "../ui/Button.tsx";
import { durationLabel } from "../ui/time.ts";
import { useNow } from "../ui/use-now.ts";
import { titleByStep, verdictOf, wordByResult } from "./provider-words.ts";
import styles from "./TestSteps.module.css";

const order = ["address", "models", "text", "tool", "image"] as const;

export function TestSteps({
  test,
  isRunning,
  startedAtMs,
  onUseAddress,
}: {
  /** Null while it runs for the first time. */
  readonly test: ProviderTest | null;
  readonly isRunning: boolean;
  readonly startedAtMs: number;
  /** Takes the address that the server was found to answer at. */
  readonly onUseAddress?: (baseUrl: string) => void;
}): ReactElement | null {
  const place = useRef<HTMLElement>(null);
  // On a phone it begins below the screen's end.
  useEffect(() => {
    if (isRunning || test) place.current?.scrollIntoView({ block: "nearest" });
  }, [isRunning, test]);
  if (!isRunning && !test) return null;
  const verdict = test && !isRunning ? verdictOf(test) : null;
  return (
    <section
      ref={place}
      className={styles.test}
      aria-label="Test"
      aria-live="polite"
      data-tone={verdict?.tone ?? "running"}
    >
      {verdict ? (
        <div className={styles.verdict}>
          <p className={styles.title}>{verdict.title}</p>
          <p className={styles.said}>{verdict.text}</p>
          {test?.suggestedBaseUrl && onUseAddress && (
            <p>
              A model server answers at <code>{test.suggestedBaseUrl}</code>.{" "}
              <Button onClick={() => onUseAddress(test.suggestedBaseUrl ?? "")}>Use this address</Button>
            </p>
          )}
        </div>
      ) : (
        <Running startedAtMs={startedAtMs} />
      )}
      <ol className={styles.steps}>
        {order.map((what) => (
          <Step
            key={what}
            what={what}
            step={(!isRunning && test?.steps.find((step) => step.what === what)) || null}
            saidAbove={verdict?.text ?? null}
            isRunning={isRunning}
          />
        ))}
      </ol>
    </section>
  );
}

/** A local model may take minutes to load: that it still runs is seen by the time. */
function Running({ startedAtMs }: { readonly startedAtMs: number }): ReactElement {
  const now = useNow(1_000);
  const seconds = Math.max(0, Math.round((now - startedAtMs) / 1000));
  return (
    <div className={styles.verdict}>
      <p className={styles.title}>
        Testing<span className={styles.clock}>{seconds > 1 && ` for ${durationLabel(seconds * 1000)}`}</span>
      </p>
      <p className={styles.said}>Asking for its models, a short text, a tool call and a look at a picture.</p>
    </div>
  );
}

function Step({
  what,
  step,
  saidAbove,
  isRunning,
}: {
  readonly what: ProviderTestStep["what"];
  readonly step: ProviderTestStep | null;
  /** Not said twice. */
  readonly saidAbove: string | null;
  readonly isRunning: boolean;
}): ReactElement {
  const result = step?.result ?? (isRunning ? "running" : "skipped");
  return (
    <li className={styles.step} data-step={what} data-result={result}>
      <svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" aria-hidden="true">
        <g strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
          {shapeByResult[result]}
        </g>
      </svg>
      <span className={styles.what}>{titleByStep[what]}</span>
      <span className={styles.result}>{result === "running" ? "…" : wordByResult[result]}</span>
      {step && result !== "skipped" && step.text !== saidAbove && <span className={styles.text}>{step.text}</span>}
      {step && step.durationMs > 0 && result !== "skipped" && (
        <span className={styles.time}>{durationLabel(step.durationMs)}</span>
      )}
    </li>
  );
}

const shapeByResult: Readonly<Record<ProviderTestStep["result"] | "running", ReactElement>> = {
  ok: <path d="m3 8.500 3.250 3.250L13 5" />,
  no: <path d="M4 8h8" />,
  failed: <path d="m4 4 8 8m0-8-8 8" />,
  skipped: <circle cx="8" cy="8" r="1" />,
  running: <circle className={styles.turning} cx="8" cy="8" r="5.250" strokeDasharray="22 11" />,
};
