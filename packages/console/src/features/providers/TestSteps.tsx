/**
 * Shows the progress and result of a provider's test: each step by sign and word, what the server said, and what that means
 * for a bot.
 */
import type { ProviderTest, ProviderTestStep } from "@reef/protocol/provider";
import { Check, Dot, type IconNode, LoaderCircle, Minus, X } from "lucide";
import { type ReactElement, useEffect, useRef } from "react";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import shapes from "../../ui/Shapes.module.css";
import { durationLabel } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import { type StepResult, titleByStep, verdictOf, wordByResult } from "./provider-words.ts";
import styles from "./TestSteps.module.css";
import type { RunningTest } from "./use-provider-test.ts";

const order = ["address", "models", "text", "tool", "image"] as const;

export function TestSteps({
  test,
  running,
  onUseAddress,
}: {
  /** The latest test that ended. */
  readonly test: ProviderTest | null;
  /** The test that runs now, shown in place of the latest one. */
  readonly running: RunningTest | null;
  /** Takes the address at which the server was found to answer. */
  readonly onUseAddress?: (baseUrl: string) => void;
}): ReactElement | null {
  const place = useRef<HTMLElement>(null);
  const isRunning = running !== null;
  // On a phone it begins below the screen's end.
  useEffect(() => {
    if (isRunning || test) place.current?.scrollIntoView({ block: "nearest" });
  }, [isRunning, test]);
  if (!isRunning && !test) return null;
  const verdict = test && !isRunning ? verdictOf(test) : null;
  const steps = running?.steps ?? test?.steps ?? [];
  const current = isRunning ? order.find((what) => steps.every((step) => step.what !== what)) : undefined;
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
        <Running startedAtMs={running?.startedAtMs ?? 0} />
      )}
      <ol className={shapes.bare}>
        {order.map((what) => (
          <Step
            key={what}
            what={what}
            step={steps.find((step) => step.what === what) ?? null}
            saidAbove={verdict?.text ?? null}
            pending={!isRunning ? "skipped" : what === current ? "running" : "waiting"}
          />
        ))}
      </ol>
    </section>
  );
}

/** A local model may take minutes to load: the time shows that it still runs. */
function Running({ startedAtMs }: { readonly startedAtMs: number }): ReactElement {
  const now = useNow(1_000);
  const seconds = Math.max(0, Math.round((now - startedAtMs) / 1000));
  return (
    <div className={styles.verdict}>
      <p className={styles.title}>
        Testing
        <span className={styles.clock} aria-live="off">
          {seconds > 1 && ` for ${durationLabel(seconds * 1000)}`}
        </span>
      </p>
      <p className={styles.said}>Checking its models, a short text, a tool call and an image.</p>
    </div>
  );
}

function Step({
  what,
  step,
  saidAbove,
  pending,
}: {
  readonly what: ProviderTestStep["what"];
  readonly step: ProviderTestStep | null;
  /** Text shown above the steps; it is not repeated. */
  readonly saidAbove: string | null;
  /** State of a step that has not ended. */
  readonly pending: "running" | "waiting" | "skipped";
}): ReactElement {
  const result = step?.result ?? pending;
  return (
    <li className={styles.step} data-step={what} data-result={result}>
      <Icon
        icon={iconByResult[result]}
        size={14}
        weight={3}
        className={result === "running" ? styles.turning : undefined}
      />
      <span className={styles.what}>{titleByStep[what]}</span>
      <span>{wordByResult[result]}</span>
      {step && result !== "skipped" && step.text !== saidAbove && <span className={styles.text}>{step.text}</span>}
      {step && step.durationMs > 0 && result !== "skipped" && (
        <span className={styles.time}>{durationLabel(step.durationMs)}</span>
      )}
    </li>
  );
}

const iconByResult: Readonly<Record<StepResult, IconNode>> = {
  ok: Check,
  no: Minus,
  failed: X,
  skipped: Dot,
  waiting: Dot,
  running: LoaderCircle,
};
