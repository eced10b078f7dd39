/** A message on its way, at once where it will stand. One that nobody took keeps its text and says what to do. */
import { type ReactElement, Suspense } from "react";
import { Files } from "../attachment/Files.tsx";
import { useCell } from "../cell.ts";
import { isStale } from "../live.ts";
import type { OutboxItem } from "../outbox.ts";
import { useReef } from "../reef.ts";
import { lazyPart } from "../ui/lazy-part.tsx";
import { PersonText } from "./EntryView.tsx";

const UnsentLine = lazyPart("UnsentLine", () => import("./UnsentLine.tsx"));

/** The server may be gone when it is needed. */
export async function readUnsentAhead(): Promise<void> {
  await UnsentLine.readAhead();
}

export function OutgoingMessage({ item }: { readonly item: OutboxItem }): ReactElement {
  const isUnheard = isStale(useCell(useReef().live.connection));
  const isUnsent = item.state === "failed" || item.state === "waiting" || (item.state === "sending" && isUnheard);
  return (
    <PersonText text={item.text} at={null} files={<Files files={item.files} sessionId={item.sessionId} isOwn />}>
      {isUnsent ? (
        <Suspense fallback="Not sent yet">
          <UnsentLine item={item} />
        </Suspense>
      ) : (
        <span>{item.state === "sending" ? "Sending…" : "Sent"}</span>
      )}
    </PersonText>
  );
}
