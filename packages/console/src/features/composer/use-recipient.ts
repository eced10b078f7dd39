/**
 * Keeps the recipient of the composer's text when it is not the session on screen. It is stored with the draft: the two
 * belong together.
 */
import type { FileRef } from "@reef/protocol/file";
import type { SessionId } from "@reef/protocol/ids";
import { useCallback, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { useRouter } from "../../ui/router.tsx";
import { readStored, writeStored } from "../../ui/storage.ts";
import { createSession } from "../session/session-actions.ts";
import type { Recipient } from "./mention.ts";

export interface Elsewhere {
  readonly recipient: Recipient | null;
  readonly setRecipient: (recipient: Recipient | null) => void;
  /** Never rejects: text that could not be handed over comes back. */
  readonly sendToRecipient: (
    recipient: Recipient,
    message: { readonly text: string; readonly files: readonly FileRef[]; readonly onNotSent: () => void },
  ) => Promise<void>;
}

export function useRecipient(sessionId: SessionId): Elsewhere {
  const reef = useReef();
  const router = useRouter();
  const name = `draft-to.${sessionId}`;
  const [recipient, setKept] = useState(() => readRecipient(name));
  const setRecipient = useCallback(
    (next: Recipient | null): void => {
      setKept(next);
      writeStored(name, next && JSON.stringify(next));
    },
    [name],
  );
  const sendToRecipient: Elsewhere["sendToRecipient"] = async (to, { text, files, onNotSent }) => {
    try {
      const target = to.type === "session" ? to.sessionId : (await createSession(reef, { botId: to.botId })).id;
      setRecipient(null);
      const isSent = reef.outbox.send({ sessionId: target, text, files, mode: "queue" });
      reef.toasts.show({
        text: `On its way to ${describeRecipient(to)}`,
        action: {
          label: "Go there",
          run: () => router.navigate({ to: "/s/$sessionId", params: { sessionId: target } }),
        },
      });
      await isSent;
    } catch (error) {
      reef.toasts.show({ tone: "failed", text: `Couldn't send it: ${errorText(error)}` });
      onNotSent();
    }
  };
  return { recipient, setRecipient, sendToRecipient };
}

function describeRecipient(to: Recipient): string {
  return to.type === "session" ? `“${to.title}” (${to.botName})` : `a new session of ${to.botName}`;
}

function readRecipient(name: string): Recipient | null {
  try {
    return JSON.parse(readStored(name) ?? "null") as Recipient | null;
  } catch {
    return null;
  }
}
