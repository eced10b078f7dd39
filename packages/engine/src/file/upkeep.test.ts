import { expect, it } from "vitest";
import type { Files } from "../deps.ts";
import { openModelFiles } from "../model/files.ts";
import { openModelStore } from "../model/store.ts";
import { openKit } from "../testing/seeds.ts";
import { startFileUpkeep } from "./upkeep.ts";

const hour = 3_600_000;

it("MB11: files are swept at the start, every hour, and after sessions were deleted, also behind a failure", async () => {
  await using kit = await openKit(async (clock) => openModelStore({ clock }));
  const swept = { count: 0 };
  const logged: string[] = [];
  const files: Files = {
    bytes: openModelFiles(),
    keep: () => Promise.reject(new Error("not asked for")),
    read: async () => null,
    async sweep() {
      swept.count += 1;
      if (swept.count === 1) throw new Error("the disk is away");
      return 0;
    },
  };
  const log = { info: () => undefined, warn: () => undefined, error: (_: object, text: string) => logged.push(text) };
  await using _ = startFileUpkeep({ store: kit.store, clock: kit.clock, files, log });
  const reaches = (count: number, stepMs: number) =>
    expect
      .poll(
        () => {
          kit.clock.advance(stepMs);
          return swept.count;
        },
        { timeout: 30_000 },
      )
      .toBe(count);
  await reaches(1, 0);
  await expect.poll(() => kit.clock.sleeping, { timeout: 30_000 }).toBe(1);
  expect(logged).toEqual(["file cleanup failed"]);
  kit.clock.advance(hour);
  await reaches(2, 5_000);
  const sessions = [await kit.session(), await kit.session()];
  for (const id of sessions) await kit.commit({ op: "session.delete", id });
  await reaches(3, 1_000);
});
