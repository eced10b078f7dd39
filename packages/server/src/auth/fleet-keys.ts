/**
 * Workers of one fleet need the same token, or a login of one is a stranger to the next, and the same key for secrets,
 * or one cannot open what another sealed (FL6). The store keeps a fingerprint of each; a worker that differs from those
 * that run refuses to start. Where none runs, the newcomer decides: that is how a key is changed.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { AppError } from "@reef/protocol/error";
import { msToIso } from "@reef/protocol/time";
import type { Vault } from "../models/vault.ts";
import { fingerprintOf } from "./token.ts";

export interface FleetKeys {
  readonly store: Store;
  readonly clock: Clock;
  readonly token: string;
  readonly vault: Pick<Vault, "fingerprint">;
}

/** Throws `unavailable` with what to change. Does nothing for a store that only this worker uses. */
export async function assertFleetKeys({ store, clock, token, vault }: FleetKeys): Promise<void> {
  if (!store.isShared) return;
  const keys = [
    {
      name: "keys:token",
      value: fingerprintOf(token),
      problem: "its token is another one than that of the workers that run: give every worker the same REEF_TOKEN",
    },
    {
      name: "keys:secrets",
      value: await vault.fingerprint(),
      problem:
        "its key for secrets is another one than that of the workers that run: give every worker the same REEF_SECRETS_KEY, " +
        "or copy the file secrets.key from the data folder of one that runs",
    },
  ];
  for (const { name, value, problem } of keys) {
    const before = await store.read.shared(name);
    if (before === value) continue;
    const others = (await store.read.workers()).some(({ state }) => state !== "gone");
    if (before !== null && others) throw new AppError("unavailable", `this worker cannot join the fleet: ${problem}`);
    await store
      .commit({ at: msToIso(clock.now()), ops: [{ op: "shared.put", name, value, ifValue: before }] })
      .catch(async (error: unknown) => {
        const isConflict = error instanceof AppError && error.code === "conflict";
        if (!isConflict) throw error;
        // Another worker starts in the same moment.
        if ((await store.read.shared(name)) === value) return;
        throw new AppError("unavailable", `this worker cannot join the fleet: ${problem}`);
      });
  }
}
