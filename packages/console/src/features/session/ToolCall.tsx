/**
 * Folds a tool call to one line: what it does, with what, how long it took. Unfolds to a drawing of its kind. While it runs, what it
 * shows of itself stands below, with a button to stop it.
 */
import type { Entry } from "@reef/protocol/entry";
import { tellsByTool } from "@reef/protocol/own-tools.generated";
import { type ReactElement, useEffect, useRef } from "react";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { absoluteTime, durationLabel } from "../../ui/time.ts";
import { Files } from "../attachment/Files.tsx";
import type { CallResult } from "../call/call-props.ts";
import { useOpenFile } from "../workspace/use-open-file.ts";
import { StepIcon } from "./StepIcon.tsx";
import { stepWords } from "./step-words.ts";
import styles from "./ToolCall.module.css";
import { useUnfolded } from "./unfolded.ts";

const CallBody = lazyPart("CallBody", () => import("../call/CallBody.tsx"));
const RunningCall = lazyPart("RunningCall", () => import("../call/RunningCall.tsx"));

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
  const code =
    kind === "run" && state === "failed" ? /^\[exit code (\d{1,5})/.exec(result?.text ?? "")?.[1] : undefined;
  const outcome = code === undefined ? outcomeWords(name, state) : `exit code ${code}`;
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
          {state === "running" && call && <Elapsed since={call.at} />}
        </span>
      </button>
      {isShown && <ToolDetail call={call} result={result} state={state} />}
      {state === "running" && call && (
        <Part what="The running call" look="line">
          <RunningCall call={call} />
        </Part>
      )}
      {/* A picture is the purpose of such a call: it is not folded away with the text. */}
      {result && <Files files={result.attachments} sessionId={result.sessionId} />}
    </div>
  );
}

/** Counts from the call's own time, so that a page that opens later shows the same. */
function Elapsed({ since }: { readonly since: string }): ReactElement {
  return <>{durationLabel(Math.max(0, useCell(useReef().seconds) - Date.parse(since)))}</>;
}

type StepState = OpenTurn | "done" | "failed" | "unknown";

/** Shows what a call was given, and what it returned, by its kind. */
export function ToolDetail({
  call,
  result,
  state,
}: Pick<ToolCallProps, "call" | "result"> & { readonly state: StepState }): ReactElement {
  const openFile = useOpenFile((call ?? result)?.sessionId ?? null);
  const name = call?.tool?.name ?? result?.tool?.name ?? "tool";
  return (
    <div className={styles.detail}>
      <Part what="The call" look="line" fallback={<div className={styles.room} />}>
        <CallBody
          tool={{ name, ...(call && { input: call.tool?.input ?? {} }) }}
          result={result && toResult(result)}
          waiting={noResultByState[state]}
          // Paths of other programs are those of another machine, or of another folder.
          onOpenFile={/^(file|command)_/.test(name) ? openFile : undefined}
        />
      </Part>
    </div>
  );
}

function toResult({ text, tool, attachments = [] }: Entry): CallResult {
  return { text, isError: tool?.isError ?? false, files: attachments };
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
