/** Carries texts between workers of one process; a test may lose some. */
import type { LiveChannel } from "../port/live-channel.ts";

export interface TestLiveChannel extends LiveChannel {
  /** What was sent, the lost texts included. */
  readonly sent: readonly string[];
  /** Loses this many of the next texts. */
  lose(count: number): void;
}

export function createTestLiveChannel(maxBytes = 7_900): TestLiveChannel {
  const listeners = new Set<(text: string) => void>();
  const sent: string[] = [];
  let lost = 0;
  return {
    maxBytes,
    sent,
    lose(count) {
      lost += count;
    },
    send(text) {
      sent.push(text);
      if (lost > 0) {
        lost -= 1;
        return;
      }
      for (const listener of [...listeners]) listener(text);
    },
    onText(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
