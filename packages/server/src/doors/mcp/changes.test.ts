import type { Event } from "@reef/protocol/event";
import { expect, test } from "vitest";
import { until } from "../../testing/serve.ts";
import type { Doors } from "../door-parts.ts";
import { openChanges } from "./changes.ts";

test("SY3: a client that reads nothing is cut off, and so is one whose login has ended; nobody is followed then", async () => {
  const followed = { now: 0, tell: (_: readonly Event[]) => {} };
  const store = {
    onEvents(listener: (events: readonly Event[]) => void) {
      followed.now += 1;
      followed.tell = listener;
      return () => (followed.now -= 1);
    },
    onGap: () => () => undefined,
  };
  const log = { error: () => undefined, debug: () => undefined };
  const changes = openChanges({ edge: { deps: { store } }, log } as unknown as Doors);
  const listen = (isOpen: () => boolean) =>
    changes.serve({ kind: "operator" }, isOpen, async () => {
      let leave = () => {};
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          leave = changes.bus.subscribe(() => controller.enqueue(new Uint8Array(1)));
        },
        cancel: () => leave(),
      });
      return new Response(body);
    });
  const login = { isOpen: true };
  await listen(() => true);
  await listen(() => login.isOpen);
  expect(followed.now).toBe(1);
  const deleted = (n: number) => ({ type: "bot.deleted", botId: `bot_${n}`, seq: n, at: "" }) as unknown as Event;
  followed.tell([deleted(0)]);
  login.isOpen = false;
  for (let n = 1; n <= 1_100; n += 1) followed.tell([deleted(n)]);
  await until(() => Promise.resolve(followed.now === 0));
});
