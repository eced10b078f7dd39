/** Waits within a call from outside the loop: for a worker to run its turn, and for what its answer depends on. */
import type { Event } from "@reef/protocol/event";
import type { TurnId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { TurnWait } from "@reef/protocol/turn";
import type { Deps } from "../deps.ts";
import type { RunningTurn, TurnDeps } from "../turn/open-turn.ts";

const lookMs = 100;

/** Returns the turn as this worker runs it; null if it has ended, or does not run here within that time. */
export async function waitForTurn(
  deps: TurnDeps,
  turnId: TurnId,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<RunningTurn | null> {
  for (const endMs = deps.clock.now() + withinMs; ; ) {
    const running = deps.running.get(turnId);
    if (running !== undefined) return running;
    if (deps.clock.now() >= endMs || signal.aborted) return null;
    const turn = await deps.store.read.turn(turnId);
    if (turn === null || turn.endedAt !== null) return null;
    await deps.clock.sleep(lookMs, signal);
  }
}

export async function isRunning(deps: Deps, { id }: Pick<Session, "id">): Promise<boolean> {
  return ((await deps.store.read.session(id))?.turnId ?? null) !== null;
}

/** Records changes from its creation on, so that none is missed between a look and the wait that follows. */
export class EventWatch implements Disposable {
  readonly #deps: Deps;
  readonly #changed = new Set<string>();
  readonly #unsubscribe: () => void;
  #wake: (() => void) | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#unsubscribe = deps.store.onEvents((events) => this.#note(events));
  }

  /** Resolves when one of these has changed since the last wait, after `ms`, or when `signal` aborts. */
  async next(waits: readonly TurnWait[], ms: number, signal: AbortSignal): Promise<void> {
    const ids = new Set<string>(waits.map((wait) => (wait.for === "ask" ? wait.askId : wait.messageId)));
    const timer = new AbortController();
    const stop = () => timer.abort();
    this.#wake = () => {
      if ([...ids].some((id) => this.#changed.has(id))) stop();
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    this.#wake();
    await this.#deps.clock.sleep(ms, timer.signal);
    signal.removeEventListener("abort", stop);
    this.#wake = null;
    this.#changed.clear();
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
  }

  #note(events: readonly Event[]): void {
    for (const event of events) {
      if (event.type === "ask.changed") this.#changed.add(event.ask.id);
      else if (event.type === "message.changed") this.#changed.add(event.message.id);
    }
    this.#wake?.();
  }
}
