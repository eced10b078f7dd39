/**
 * Shares one model's limits among the bots that call it (TU9). Nothing waits until the provider refuses a call because
 * of its rate, says that too little is left, or is down. From a refusal on all calls to it wait as long as it asked, and
 * go out few at a time, more with each success. Bots take turns by what they use, so one bot's backlog delays another by
 * one call and not by all of it.
 */
import type { Clock } from "@reef/engine/port/clock";
import { createBreaker, type Down } from "./breaker.ts";
import type { CallEnd, Caller } from "./call-end.ts";
import type { ToldRates } from "./rate-headers.ts";
import { createToldLimits } from "./told-limits.ts";

/** Without a refusal for this long, the provider is free again, in milliseconds. */
const calmMs = 60_000;
/** Where the provider names no time, calls wait this long, and twice as long after each further refusal. */
const firstPauseMs = 500;
const mostPauseMs = 30_000;
/** How many more calls go out at a time after each answer: a provider that counts by the minute refuses many at once. */
const growth = 0.2;

export interface ProviderShare {
  /**
   * Returns null if a call may go out now; else resolves when it may. Rejects with the signal's reason, and with
   * `ProviderDown` if the provider is down or goes down.
   */
  enter(caller: Caller, signal: AbortSignal): Promise<void> | null;
  /** Takes what the provider said of its limits beside its answer to this call, which is out. */
  learn(caller: Caller, rates: ToldRates): void;
  /** Ends a call that went out. */
  leave(caller: Caller, end: CallEnd): void;
  /** Lets a call try a provider that is down, now. */
  retryNow(): void;
  readonly down: Down | null;
  /** True if nothing is out, nothing waits, and the provider is not known to be down. */
  readonly isIdle: boolean;
  /** Calls that wait. */
  readonly waiting: number;
  /** When calls go out again, in milliseconds since 1970; null if they do now. */
  readonly opensAtMs: number | null;
}

/** A call did not go out, because another one tries whether the provider answers again. */
export class ProviderDown extends Error {
  constructor() {
    super("the provider is down");
    this.name = "ProviderDown";
  }
}

interface Ticket {
  readonly caller: Caller;
  readonly start: () => void;
  readonly refuse: (reason: unknown) => void;
}

export function createProviderShare(clock: Clock): ProviderShare {
  const breaker = createBreaker(clock);
  const told = createToldLimits(clock);
  const waiting: Ticket[] = [];
  /** What each bot has used, from where the others were when it came: the bot that used least is next. */
  const usedByBot = new Map<string, number>();
  const usedBefore = new Map<Caller, number | undefined>();
  let line = 0;
  let running = 0;
  let most = Number.POSITIVE_INFINITY;
  let limitedAtMs = Number.NEGATIVE_INFINITY;
  let closedUntilMs = Number.NEGATIVE_INFINITY;
  let refusals = 0;
  let isWatching = false;

  const placeOf = ({ caller }: Ticket) => usedByBot.get(caller.botId) ?? line;
  const nextTicket = (): Ticket | undefined =>
    waiting.reduce<Ticket | undefined>(
      (best, ticket) => (best === undefined || placeOf(ticket) < placeOf(best) ? ticket : best),
      undefined,
    );

  const opensInMs = (tokens: number) => Math.max(0, closedUntilMs - clock.now(), told.waitMs(tokens));
  const isOpen = ({ tokens }: Caller) => breaker.isOpen && running < Math.floor(most) && opensInMs(tokens) === 0;

  const begin = (caller: Caller) => {
    running += 1;
    breaker.begin(caller);
    told.begin(caller);
    const { botId, tokens } = caller;
    const before = usedByBot.get(botId);
    usedBefore.set(caller, before);
    line = Math.max(line, before ?? line);
    usedByBot.delete(botId);
    usedByBot.set(botId, Math.max(before ?? line, line) + told.costOf(tokens));
    // Bots that sent nothing for long are as good as new ones.
    const [oldest] = usedByBot.keys();
    if (usedByBot.size > 1_000 && oldest !== undefined) usedByBot.delete(oldest);
  };

  const serve = () => {
    if (breaker.down !== null && !breaker.isOpen) {
      for (const ticket of waiting.splice(0)) ticket.refuse(new ProviderDown());
      return;
    }
    for (;;) {
      const ticket = nextTicket();
      if (ticket === undefined) return;
      if (!isOpen(ticket.caller)) break;
      waiting.splice(waiting.indexOf(ticket), 1);
      begin(ticket.caller);
      ticket.start();
    }
    void openLater();
  };

  const openLater = async () => {
    if (isWatching) return;
    isWatching = true;
    for (;;) {
      const next = nextTicket();
      const ms = next === undefined ? 0 : opensInMs(next.caller.tokens);
      if (ms === 0) break;
      await clock.sleep(ms);
    }
    isWatching = false;
    const next = nextTicket();
    if (next !== undefined && isOpen(next.caller)) serve();
  };

  const limit = (retryAfterMs: number | null) => {
    refusals += 1;
    const ownMs = Math.min(firstPauseMs * 2 ** (refusals - 1), mostPauseMs);
    closedUntilMs = Math.max(closedUntilMs, clock.now() + (retryAfterMs ?? ownMs));
    limitedAtMs = clock.now();
    most = Math.max(1, Math.floor(Math.min(running, most) / 2));
  };

  return {
    get waiting() {
      return waiting.length;
    },
    get down() {
      return breaker.down;
    },
    get isIdle() {
      return running === 0 && waiting.length === 0 && breaker.down === null;
    },
    get opensAtMs() {
      const ms = opensInMs(nextTicket()?.caller.tokens ?? 0);
      return ms > 0 ? clock.now() + ms : null;
    },
    enter(caller, signal) {
      if (clock.now() - limitedAtMs > calmMs && clock.now() >= closedUntilMs) most = Number.POSITIVE_INFINITY;
      if (waiting.length === 0 && isOpen(caller)) {
        begin(caller);
        return null;
      }
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          const at = waiting.indexOf(ticket);
          if (at < 0) return;
          waiting.splice(at, 1);
          reject(signal.reason);
        };
        const settled = (settle: () => void) => {
          signal.removeEventListener("abort", onAbort);
          settle();
        };
        const ticket: Ticket = {
          caller,
          start: () => settled(resolve),
          refuse: (reason) => settled(() => reject(reason)),
        };
        if (signal.aborted) return reject(signal.reason);
        waiting.push(ticket);
        signal.addEventListener("abort", onAbort, { once: true });
        serve();
      });
    },
    learn: (caller, rates) => told.learn(caller, rates),
    leave(caller, end) {
      const { botId } = caller;
      if (end.type === "limited") {
        // It had no use of its turn.
        const before = usedBefore.get(caller);
        if (before === undefined) usedByBot.delete(botId);
        else usedByBot.set(botId, before);
        limit(end.retryAfterMs);
      } else if (end.type === "answered") {
        refusals = 0;
        most += growth;
      }
      usedBefore.delete(caller);
      running -= 1;
      breaker.end(caller, end);
      told.end(caller);
      serve();
    },
    retryNow() {
      breaker.retryNow();
      serve();
    },
  };
}
