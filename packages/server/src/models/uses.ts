/** Notes when a secret was sent to its address, at most once a minute, without delaying the call that sent it. */

import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { originOf } from "@reef/engine/provider/origin";
import { msToIso } from "@reef/protocol/time";
import type { ServerLog } from "../observe/log.ts";
import type { KnownProvider } from "./known.ts";

export interface Uses {
  note(providerName: string): void;
}

const quietMs = 60_000;

export function createUses(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: ServerLog;
  find(name: string): KnownProvider | null;
  /** Returns when a secret got its value. */
  changedAt(secret: string): string;
}): Uses {
  const { store, clock, log, find, changedAt } = parts;
  const noted = new Map<string, { readonly atMs: number; readonly value: string }>();
  return {
    note(providerName) {
      const record = find(providerName)?.record;
      if (record === null || record === undefined || record.secret === null) return;
      const now = clock.now();
      const value = changedAt(record.secret);
      const last = noted.get(record.secret);
      // The first use of a new value binds it to its address, so it is noted immediately.
      if (last?.value === value && now - last.atMs < quietMs) return;
      noted.set(record.secret, { atMs: now, value });
      const op = { op: "secret.used" as const, name: record.secret, origin: originOf(record.baseUrl) };
      store.commit({ at: msToIso(now), ops: [op] }).catch((error: unknown) => {
        log.warn({ error, name: record.name }, "the use of a key could not be noted");
      });
    },
  };
}
