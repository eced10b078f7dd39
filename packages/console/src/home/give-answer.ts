/**
 * An answer given on Home waits five seconds, in which it can be taken back, and is then sent. Leaving Home changes nothing;
 * a page that is closed sends it right away.
 */
import type { Ask } from "@reef/protocol/ask";
import type { AskId } from "@reef/protocol/ids";
import type { Reef } from "../reef.ts";
import { attempt } from "../session/session-actions.ts";

export const graceMs = 5_000;

export function giveAnswer(
  reef: Reef,
  ask: Ask,
  { answer, title }: { readonly answer: string; readonly title: string },
) {
  const { heldAnswers, toasts } = reef;
  if (heldAnswers.get().has(ask.id)) return;
  const held = { answer };
  heldAnswers.set(new Map([...heldAnswers.get(), [ask.id, held]]));
  const closing = new AbortController();
  const send = (keepalive: boolean): void => {
    clearTimeout(timer);
    closing.abort();
    // Taken back, or another answer was given after that.
    if (heldAnswers.get().get(ask.id) !== held) return;
    void attempt(reef, "Couldn't send your answer", async () => {
      try {
        await reef.client.answerAsk(ask.id, { answer }, { keepalive });
      } finally {
        takeBackAnswer(reef, ask.id);
      }
    });
  };
  const timer = setTimeout(() => send(false), graceMs);
  addEventListener("pagehide", () => send(true), { signal: closing.signal });
  toasts.show({
    text: `“${answer}” goes to “${title}”`,
    action: { label: "Undo", run: () => takeBackAnswer(reef, ask.id) },
  });
}

/** Before it is sent: it never will be. */
export function takeBackAnswer({ heldAnswers }: Pick<Reef, "heldAnswers">, id: AskId): void {
  heldAnswers.set(new Map([...heldAnswers.get()].filter(([held]) => held !== id)));
}
