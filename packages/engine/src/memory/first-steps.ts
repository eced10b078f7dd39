/**
 * Tracks the first step of each bot's index after a start: a thread starts, a file is opened, missed changes are
 * indexed. A turn waits for it apart from its search, since it isn't a sign of a slow search. The wait has one end for
 * each bot, counted from the first need, so an unavailable index delays a bot's turns only once, however many there
 * are.
 */
import type { BotId } from "@reef/protocol/ids";
import type { Clock } from "../port/clock.ts";

export interface FirstSteps {
  /** Resolves when the step is done, has failed, or `mostMs` have passed since the bot's first wait began. */
  wait(botId: BotId, mostMs: number): Promise<void>;
  forget(botId: BotId): void;
}

interface Begun {
  readonly atMs: number;
  readonly done: Promise<void>;
  isDone: boolean;
}

export function createFirstSteps({
  clock,
  step,
}: {
  readonly clock: Clock;
  readonly step: (botId: BotId) => Promise<void>;
}): FirstSteps {
  const begunByBot = new Map<BotId, Begun>();

  const begin = (botId: BotId): Begun => {
    const end = () => {
      begun.isDone = true;
    };
    const begun: Begun = { atMs: clock.steady(), done: step(botId).then(end, end), isDone: false };
    begunByBot.set(botId, begun);
    return begun;
  };

  return {
    async wait(botId, mostMs) {
      const begun = begunByBot.get(botId) ?? begin(botId);
      const leftMs = begun.atMs + mostMs - clock.steady();
      if (begun.isDone || leftMs <= 0) return;
      const timer = new AbortController();
      try {
        await Promise.race([begun.done, clock.sleep(leftMs, timer.signal)]);
      } finally {
        timer.abort(null);
      }
    },
    forget: (botId) => void begunByBot.delete(botId),
  };
}
