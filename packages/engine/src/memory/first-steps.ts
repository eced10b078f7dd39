/**
 * The first step of each bot's index after a start: a thread begins, a file is opened, what was missed is indexed. A turn
 * waits for it apart from its search, for that is no sign of a search that takes too long. The wait has one end for each
 * bot, from when it was first needed: an index that can't be had delays a bot's turns once, however many there are.
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
        timer.abort();
      }
    },
    forget: (botId) => void begunByBot.delete(botId),
  };
}
