/**
 * Draws the call that a person is asked to allow, by its kind: the whole command, the diff. Until its entry is there, what the question
 * itself says is shown.
 */
import type { Ask } from "@reef/protocol/ask";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { entriesQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import styles from "./AskedCall.module.css";
import { CallBody } from "./CallBody.tsx";
import { visibleInput } from "./visible-input.ts";

export function AskedCall({
  ask: { sessionId, turnId, callId, question },
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
  if (!call?.tool) return <>{children}</>;
  return (
    <div className={styles.asked}>
      {/* The engine writes the question's first line; what follows it is the call, which is drawn instead. */}
      <p dir="auto">{question.split("\n", 1)[0]}</p>
      <CallBody tool={{ ...call.tool, input: visibleInput(call.tool.input) }} result={null} />
    </div>
  );
}
