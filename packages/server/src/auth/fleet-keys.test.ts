/** Tests what workers of one fleet must share: the token, the key for secrets, and logins. */
import { makeId } from "@reef/engine/ids";
import { openModelStore } from "@reef/engine/model/store";
import type { Store } from "@reef/engine/port/store";
import { workerTtlMs } from "@reef/engine/port/workers";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { msToIso } from "@reef/protocol/time";
import { expect, test } from "vitest";
import { assertFleetKeys } from "./fleet-keys.ts";
import { keepInStore } from "./login-keepers.ts";
import { loadLogins } from "./logins.ts";

function openShared() {
  const clock = createManualClock();
  const store: Store = { ...openModelStore({ clock }), isShared: true };
  const check = (token: string, key: string) =>
    assertFleetKeys({ store, clock, token, vault: { fingerprint: async () => key } });
  const beat = () => {
    const at = msToIso(clock.now());
    const worker = { id: makeId("worker"), host: "", pid: 1, version: "1", startedAt: at, lanes: 1 };
    const rest = { claims: 0, load: { cpu: 0, memoryBytes: 0 }, drained: false, ttlMs: workerTtlMs, wants: [] };
    return store.commit({ at, ops: [{ op: "worker.beat", worker, ...rest }] });
  };
  return { clock, store, check, beat };
}

test("FL6: a worker with another token, or another key for secrets, cannot join those that run", async () => {
  const { clock, check, beat } = openShared();
  await check("token", "key");
  await check("token", "key");
  await beat();
  await check("token", "key");
  await expect(check("other", "key")).rejects.toMatchObject({ message: expect.stringContaining("REEF_TOKEN") });
  await expect(check("token", "other")).rejects.toMatchObject({ message: expect.stringContaining("REEF_SECRETS_KEY") });
  // Where no one runs, the newcomer decides.
  clock.advance(workerTtlMs + 1);
  await check("other", "other");
  await beat();
  await expect(check("token", "other")).rejects.toMatchObject({ code: "unavailable" });
});

test("FL6: the store holds neither the token nor a cookie", async () => {
  const { clock, store, check } = openShared();
  await check("the-token-itself", "key");
  const logins = await loadLogins({ keeper: keepInStore({ store, clock }), clock });
  const cookie = await logins.open({ name: "A browser", by: { kind: "token", deviceId: null, name: null } });
  const all = JSON.stringify([await store.read.sharedValues(""), await store.read.events(0, 100)]);
  expect(all).toContain("keys:token");
  expect(all).not.toContain("the-token-itself");
  expect(all).not.toContain(cookie);
});

test("FL6, SE2: a login made at one worker counts at the others, and ends everywhere in the same moment", async () => {
  const { clock, store } = openShared();
  const open = () => loadLogins({ keeper: keepInStore({ store, clock }), clock });
  const [one, two] = [await open(), await open()];
  const cookie = await one.open({ name: "Safari", by: { kind: "token", deviceId: null, name: null } });
  const second = await two.open({ name: "Chrome", by: { kind: "token", deviceId: null, name: null } });
  await expect.poll(() => two.find(cookie)?.name).toBe("Safari");
  await expect.poll(() => one.find(second)?.name).toBe("Chrome");
  const ended: string[] = [];
  one.onEnd((hash) => ended.push(hash));
  const login = two.find(cookie);
  if (login === null) throw new Error("it is known here");
  expect(await two.end(login.id)).toBe(true);
  await expect.poll(() => one.find(cookie)).toBeNull();
  expect(ended).toEqual([login.hash]);
  // A worker that starts later reads the same.
  const three = await open();
  expect(three.list().map(({ name }) => name)).toEqual(["Chrome"]);
});

test("FL6: a store that one worker uses alone asks for nothing", async () => {
  const { clock, store, beat } = openShared();
  await beat();
  const alone = { ...store, isShared: false };
  const vault = { fingerprint: () => Promise.reject(new Error("not asked")) };
  await assertFleetKeys({ store: alone, clock, token: "any", vault });
});
