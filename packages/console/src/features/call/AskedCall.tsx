/**
 * Draws the call that a person is asked to allow, by its kind: the whole command, the diff. Until its entry is there, what the question
 * itself says is shown. A call that waits at a gateway may never have an entry: it is drawn from the ask.
 */
import type { Ask } from "@reef/protocol/ask";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { entriesQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import styles from "./AskedCall.module.css";
import { CallBody } from "./CallBody.tsx";
import { visibleInput } from "./visible-input.ts";

export function AskedCall({
  ask: { sessionId, turnId, callId, question, origin, call: asked },
  children,
}: {
  readonly ask: Ask;
  /** Stands in its place. */
  readonly children: ReactNode;
}): ReactElement {
  const { data: call } = useQuery({
    ...entriesQuery(useReef().reads, sessionId),
    select: ({ items }) =>
      items.findLast(
        ({ kind, tool, turnId: ofTurn }) => kind === "tool_call" && tool?.callId === callId && ofTurn === turnId,
      ) ?? null,
  });
  if (origin !== undefined && asked?.isCut === false) {
    // What the call is about comes first, and then the call as code.
    const [facts = ""] = question.split(/\n\n```/, 1);
    return (
      <div className={styles.asked}>
        <div>
          <Markdown text={facts} />
        </div>
        <CallBody tool={{ name: asked.tool, input: visibleInput(asked.input) }} result={null} />
      </div>
    );
  }
  if (!call?.tool) return <>{children}</>;
  return (
    <div className={styles.asked}>
      {/* The engine writes the question's first line; what follows it is the call, which is drawn instead. */}
      <p dir="auto">{question.split("\n", 1)[0]}</p>
      <CallBody tool={{ ...call.tool, input: visibleInput(call.tool.input) }} result={null} />
    </div>
  );
}
