/**
 * Sends answers given outside the card of a question. The server holds them while they can be undone: leaving the page changes nothing (AS1).
 */
import type { Ask } from "@reef/protocol/ask";
import { maxGraceMs } from "@reef/protocol/ask-limits";
import type { Home } from "@reef/protocol/home";
import type { QueryClient } from "@tanstack/react-query";
import { applyEvents } from "../../data/apply-events.ts";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";

type Answering = Pick<Reef, "client" | "queryClient" | "toasts">;

export async function holdAnswer(reef: Answering, { id }: Pick<Ask, "id">, answer: string): Promise<void> {
  await attempt(reef, "Couldn't send your answer", async () =>
    takeAsk(reef.queryClient, await reef.client.answerAsk(id, { answer, graceMs: maxGraceMs })),
  );
}

/** Sends the answer without waiting for the rest of its time for Undo. */
export async function sendHeldAnswer(reef: Answering, { id, held }: Pick<Ask, "id" | "held">): Promise<void> {
  if (held === undefined) return;
  await attempt(reef, "Couldn't send your answer", async () =>
    takeAsk(reef.queryClient, await reef.client.answerAsk(id, { answer: held.answer })),
  );
}

export async function takeBackAnswer(reef: Answering, { id }: Pick<Ask, "id">): Promise<void> {
  await attempt(reef, "Couldn't take back your answer", async () =>
    takeAsk(reef.queryClient, await reef.client.undoAnswer(id)),
  );
}

/** Shows the server's answer before its event comes, also on Home, which is read as a whole. */
export function takeAsk(queryClient: QueryClient, ask: Ask): void {
  applyEvents(queryClient, [{ type: "ask.changed", seq: 0, at: ask.createdAt, ask }]);
  queryClient.setQueriesData<Home>({ queryKey: ["home"] }, (home) =>
    home?.needsYou.items.some((item) => item.ask.id === ask.id)
      ? {
          ...home,
          needsYou: {
            ...home.needsYou,
            items: home.needsYou.items.map((item) => (item.ask.id === ask.id ? { ...item, ask } : item)),
          },
        }
      : home,
  );
}
