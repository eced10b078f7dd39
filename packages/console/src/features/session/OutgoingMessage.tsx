/**
 * Shows a message on its way immediately where it will be. A message that was not accepted keeps its text and says what
 * to do.
 */
import type { ReactElement } from "react";
import { isStale } from "../../data/live.ts";
import type { OutboxItem } from "../../data/outbox-item.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { Files } from "../attachment/Files.tsx";
import { PersonText } from "./EntryView.tsx";
import { UnsentLine } from "./UnsentLine.tsx";

export function OutgoingMessage({ item }: { readonly item: OutboxItem }): ReactElement {
  const isUnheard = isStale(useCell(useReef().live.connection));
  const isUnsent = item.state === "failed" || item.state === "waiting" || (item.state === "sending" && isUnheard);
  return (
    <PersonText text={item.text} at={null} files={<Files files={item.files} sessionId={item.sessionId} isOwn />}>
      {isUnsent ? <UnsentLine item={item} /> : <span>{item.state === "sending" ? "Sending…" : "Sent"}</span>}
    </PersonText>
  );
}
