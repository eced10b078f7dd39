/**
 * Shares one provider's limits among bots (TU9). Nothing waits until the provider refuses a call because of its rate.
 * From then on all calls to it wait as long as it asked, and go out few at a time, more with each success: bots take
 * turns, so one bot's backlog delays another by one call and not by all of it.
 */
import type { Clock } from "@reef/engine/port/clock";

/** Without a refusal for this long, the provider is free again, in milliseconds. */
const calmMs = 60_000;
/** Where the provider names no time, calls wait this long, and twice as long after each further refusal. */
const firstPauseMs = 500;
const mostPauseMs = 30_000;
/** How many more calls go out at a time after each answer: a provider that counts by the minute refuses many at once. */
const growth = 0.2;

export interface ProviderShare {
  /** Returns null if a call may go out now; else resolves when it may, and rejects with the signal's reason. */
  enter(botId: string, signal: AbortSignal): Promise<void> | null;
  /** Ends a call of the bot that went out. */
  leave(botId: string, end: CallEnd): void;
  /** Calls that wait. */
  readonly waiting: number;
  /** When calls go out again, in milliseconds since 1970; null if they do now. */
  readonly opensAtMs: number | null;
}

export type CallEnd =
  | { readonly isLimited: false; readonly isAnswered: boolean }
  | { readonly isLimited: true; readonly retryAfterMs: number | null };

interface Ticket {
  readonly botId: string;
  readonly start: () => void;
}

export function createProviderShare(clock: Clock): ProviderShare {
  const waiting: Ticket[] = [];
  /** The number of the last call that each bot sent; the bot that sent least recently is next. */
  const servedByBot = new Map<string, number>();
  let served = 0;
  let running = 0;
  let most = Number.POSITIVE_INFINITY;
  let limitedAtMs = Number.NEGATIVE_INFINITY;
  let closedUntilMs = Number.NEGATIVE_INFINITY;
  let refusals = 0;
  let isWatching = false;

  const isOpen = () => clock.now() >= closedUntilMs && running < Math.floor(most);

  const noteServed = (botId: string) => {
    running += 1;
    served += 1;
    servedByBot.delete(botId);
    servedByBot.set(botId, served);
    // Bots that sent nothing for long are as good as new ones.
    const [oldest] = servedByBot.keys();
    if (servedByBot.size > 1_000 && oldest !== undefined) servedByBot.delete(oldest);
  };

  const nextTicket = (): Ticket | undefined => {
    const last = ({ botId }: Ticket) => servedByBot.get(botId) ?? 0;
    return waiting.reduce<Ticket | undefined>(
      (best, ticket) => (best === undefined || last(ticket) < last(best) ? ticket : best),
      undefined,
    );
  };

  const serve = () => {
    while (isOpen()) {
      const ticket = nextTicket();
      if (ticket === undefined) return;
      waiting.splice(waiting.indexOf(ticket), 1);
      noteServed(ticket.botId);
      ticket.start();
    }
    if (waiting.length > 0 && clock.now() < closedUntilMs) void openLater();
  };

  const openLater = async () => {
    if (isWatching) return;
    isWatching = true;
    while (clock.now() < closedUntilMs) await clock.sleep(closedUntilMs - clock.now());
    isWatching = false;
    serve();
  };

  return {
    get waiting() {
      return waiting.length;
    },
    get opensAtMs() {
      return clock.now() < closedUntilMs ? closedUntilMs : null;
    },
    enter(botId, signal) {
      if (clock.now() - limitedAtMs > calmMs && clock.now() >= closedUntilMs) most = Number.POSITIVE_INFINITY;
      if (waiting.length === 0 && isOpen()) {
        noteServed(botId);
        return null;
      }
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          const at = waiting.indexOf(ticket);
          if (at < 0) return;
          waiting.splice(at, 1);
          reject(signal.reason);
        };
        const ticket: Ticket = {
          botId,
          start: () => {
            signal.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        if (signal.aborted) return reject(signal.reason);
        waiting.push(ticket);
        signal.addEventListener("abort", onAbort, { once: true });
        serve();
      });
    },
    leave(botId, end) {
      const now = clock.now();
      if (end.isLimited) {
        // It had no use of its turn.
        servedByBot.delete(botId);
        refusals += 1;
        const ownMs = Math.min(firstPauseMs * 2 ** (refusals - 1), mostPauseMs);
        closedUntilMs = Math.max(closedUntilMs, now + (end.retryAfterMs ?? ownMs));
        limitedAtMs = now;
        most = Math.max(1, Math.floor(Math.min(running, most) / 2));
      } else if (end.isAnswered) {
        refusals = 0;
        most += growth;
      }
      running -= 1;
      serve();
    },
  };
}
