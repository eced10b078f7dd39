/** Folds a tool call to one line: name, subject, outcome, duration. Unfolds to input and output. */
import type { Entry } from "@reef/protocol/entry";
import { tellsByTool } from "@reef/protocol/own-tools.generated";
import { type ReactElement, useEffect, useRef } from "react";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, durationLabel } from "../../ui/time.ts";
import { Files } from "../attachment/Files.tsx";
import styles from "./ToolCall.module.css";
import { useUnfolded } from "./unfolded.ts";

export type OpenTurn = "running" | "waiting";

export interface ToolCallProps {
  readonly call: Entry | null;
  readonly result: Entry | null;
  /** What the open turn does, since a call without a result may still get one; null when no turn is open. */
  readonly turn: OpenTurn | null;
  /** True if a link led here: the text that was searched for may be inside. */
  readonly isFound?: boolean;
}

export function ToolCall({ call, result, turn, isFound = false }: ToolCallProps): ReactElement {
  const [isShown, setShown] = useUnfolded((call ?? result)?.id ?? "", isFound);
  const show = useRef(setShown);
  useEffect(() => {
    if (isFound) show.current(true);
  }, [isFound]);
  const state = result ? (result.tool?.isError ? "failed" : "done") : (turn ?? "unknown");
  const name = call?.tool?.name ?? result?.tool?.name ?? "tool";
  const input = call?.tool?.input;
  const at = call?.at ?? result?.at ?? "";
  const row = (
    <div className={styles.tool} data-state={state}>
      <button
        type="button"
        className={styles.line}
        aria-expanded={isShown}
        onClick={() => setShown(!isShown)}
        title={absoluteTime(at)}
      >
        <span className={styles.arrow} aria-hidden="true">
          ▸
        </span>
        <span className={styles.name} dir="auto">
          {name}
        </span>
        <span className={`${shapes.cut} ${styles.about}`}>{summary(input)}</span>
        <span className={`${shapes.meta} ${styles.outcome}`}>{outcomeWords(name, state)}</span>
        {result?.tool?.durationMs !== undefined && (
          <span className={styles.time}>{durationLabel(result.tool.durationMs)}</span>
        )}
      </button>
      {isShown && (
        <div className={styles.detail}>
          {call && (
            <Part label="Input" text={typeof input === "string" ? input : JSON.stringify(input ?? {}, null, 2)} />
          )}
          {result ? (
            <Part label="Output" text={result.text} />
          ) : (
            <p className={styles.none}>{noResultByState[state]}</p>
          )}
        </div>
      )}
    </div>
  );
  return result?.attachments?.length ? (
    <>
      {row}
      {/* A picture is the purpose of such a call: it is not folded away with the text. */}
      <Files files={result.attachments} sessionId={result.sessionId} />
    </>
  ) : (
    row
  );
}

const wordByState = {
  done: "done",
  failed: "failed",
  running: "running",
  waiting: "waiting",
  unknown: "no result",
} as const;
/** A question takes as long as its person, so it is worded differently. */
function outcomeWords(tool: string, state: keyof typeof wordByState): string {
  if (tellsByTool[tool] !== "person") return wordByState[state];
  return state === "done" ? "answered after" : state === "waiting" ? "waiting for you" : wordByState[state];
}

const noResultByState = {
  done: "",
  failed: "",
  running: "Still running.",
  waiting: "Waiting for an answer.",
  unknown: "The turn ended without a result for this call.",
} as const;

function Part({ label, text }: { readonly label: string; readonly text: string }): ReactElement {
  return (
    <section className={styles.part} aria-label={label}>
      <h3 className={styles.label}>{label}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long output scrolls, so the keyboard must reach it */}
      <pre className={styles.text} tabIndex={0}>
        {text || "(nothing)"}
      </pre>
    </section>
  );
}

/** Returns the first words of the input that say what the call is about. */
function summary(input: unknown): string {
  if (typeof input === "string") return input.slice(0, 160);
  if (typeof input !== "object" || input === null) return "";
  const words = Object.values(input).filter((value) => typeof value === "string" || typeof value === "number");
  return words.join(" · ").replace(/\s+/g, " ").slice(0, 160);
}
