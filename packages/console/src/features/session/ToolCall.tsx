/** Folds a tool call to one line: what it does, with what, how long it took. Unfolds to input and output. */
import type { Entry } from "@reef/protocol/entry";
import { tellsByTool } from "@reef/protocol/own-tools.generated";
import { type ReactElement, useEffect, useRef } from "react";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { absoluteTime, durationLabel } from "../../ui/time.ts";
import { Files } from "../attachment/Files.tsx";
import { StepIcon } from "./StepIcon.tsx";
import { stepWords } from "./step-words.ts";
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
  /** True below the head of its run. */
  readonly isInRun?: boolean | undefined;
}

export function ToolCall({ call, result, turn, isFound = false, isInRun = false }: ToolCallProps): ReactElement {
  const [isShown, setShown] = useUnfolded((call ?? result)?.id ?? "", isFound);
  const show = useRef(setShown);
  useEffect(() => {
    if (isFound) show.current(true);
  }, [isFound]);
  const state = result ? (result.tool?.isError ? "failed" : "done") : (turn ?? "unknown");
  const name = call?.tool?.name ?? result?.tool?.name ?? "tool";
  const { kind, verb, object } = stepWords(name, call?.tool?.input);
  const outcome = outcomeWords(name, state);
  return (
    <div data-in-run={isInRun || undefined} className={styles.step}>
      <button
        type="button"
        className={styles.line}
        aria-expanded={isShown}
        onClick={() => setShown(!isShown)}
        title={`${name} · ${absoluteTime(call?.at ?? result?.at ?? "")}`}
      >
        {state === "done" ? <StepIcon kind={kind} /> : <Sign status={state} />}
        <span className={styles.verb} dir="auto">
          {verb}
        </span>
        <span className={`${shapes.cut} ${styles.object}`} data-kind={kind} dir="auto">
          {object}
        </span>
        <span className={styles.end}>
          {outcome}
          {outcome !== "" && " "}
          {result?.tool?.durationMs !== undefined && durationLabel(result.tool.durationMs)}
        </span>
      </button>
      {isShown && <ToolDetail call={call} result={result} state={state} />}
      {/* A picture is the purpose of such a call: it is not folded away with the text. */}
      {result && <Files files={result.attachments} sessionId={result.sessionId} />}
    </div>
  );
}

type StepState = OpenTurn | "done" | "failed" | "unknown";

/** Shows what a call was given, and what it returned. */
export function ToolDetail({
  call,
  result,
  state,
}: Pick<ToolCallProps, "call" | "result"> & { readonly state: StepState }): ReactElement {
  const input = call?.tool?.input;
  return (
    <div className={styles.detail}>
      {call && (
        <Part
          label="Input"
          about={call.tool?.name}
          text={typeof input === "string" ? input : JSON.stringify(input ?? {}, null, 2)}
        />
      )}
      {result ? <Part label="Output" text={result.text} /> : <p>{noResultByState[state]}</p>}
    </div>
  );
}

/** What was done without a fault needs no word. */
const wordByState = {
  done: "",
  failed: "failed",
  running: "running",
  waiting: "waiting",
  unknown: "no result",
} as const;

/** A question takes as long as its person, so it is worded differently. */
function outcomeWords(tool: string, state: StepState): string {
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

function Part({
  label,
  about,
  text,
}: {
  readonly label: string;
  readonly about?: string | undefined;
  readonly text: string;
}): ReactElement {
  return (
    <section aria-label={label}>
      <h3 className={styles.label}>
        {label} {about && <code>{about}</code>}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long output scrolls, so the keyboard must reach it */}
      <pre className={styles.text} tabIndex={0}>
        {text || "(nothing)"}
      </pre>
    </section>
  );
}
