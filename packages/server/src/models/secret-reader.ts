/** Reads a secret for the one address, or program, that it belongs to (SE8), and notes that it was used. */
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { msToIso } from "@reef/protocol/time";
import type { ServerLog } from "../observe/log.ts";
import type { Vault } from "./vault.ts";

export interface SecretReaderParts {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: ServerLog;
}

/** `reason` says what to do, in words for people. */
export type ReadSecret =
  | { readonly state: "value"; readonly value: string }
  | { readonly state: "missing"; readonly reason: string };

/** A use is noted at most once in this time. */
const quietMs = 60_000;

/** `what` names the secret for people, such as “its token”. Contract: never rejects. */
export function createSecretReader({ store, vault, clock, log }: SecretReaderParts, what: string) {
  const notedMs = new Map<string, number>();
  return async (name: string, origin: string): Promise<ReadSecret> => {
    const missing = (reason: string): ReadSecret => ({ state: "missing", reason });
    try {
      const found = (await store.read.sealedSecrets()).find(({ record }) => record.name === name);
      if (found === undefined) return missing(`${what} is gone: enter it again`);
      const { record, sealed } = found;
      if (record.origin !== null && record.origin !== origin) {
        return missing(`${what} was given for ${record.origin}: enter it again for ${origin}`);
      }
      const value = await vault.open(name, sealed);
      if (value === null) return missing(`${what} cannot be decrypted: enter it again`);
      const now = clock.now();
      if (record.lastUsedAt === null || now - (notedMs.get(name) ?? 0) >= quietMs) {
        notedMs.set(name, now);
        await store.commit({ at: msToIso(now), ops: [{ op: "secret.used", name, origin }] });
      }
      return { state: "value", value };
    } catch (error) {
      log.warn({ error }, "a secret could not be read");
      return missing(`${what} cannot be read now`);
    }
  };
}
