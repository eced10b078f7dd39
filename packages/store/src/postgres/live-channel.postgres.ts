/** Tests that live text reaches other workers by notifications, and by the table where none arrive. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLink } from "./link.ts";
import { type ClosableChannel, openLiveChannel } from "./live-channel.ts";
import { urlToTarget } from "./target.ts";
import { createTestDatabase, type TestDatabase } from "./testing/databases.ts";

describe("live text between workers", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  /** `isDeaf`: no notification arrives, as behind a pooler. */
  function open(isDeaf = false) {
    const heard: string[] = [];
    const channel = openLiveChannel({
      connect: async () => {
        const link = await openLink(urlToTarget(database.url), { naming: { isAllowed: true }, name: "live" });
        return isDeaf ? { ...link, onNotice: () => undefined } : link;
      },
    });
    channel.onText((text) => heard.push(text));
    return { channel, heard };
  }
  const close = (...all: readonly { readonly channel: ClosableChannel }[]) =>
    Promise.all(all.map(({ channel }) => channel.close()));
  const within = { timeout: 30_000 };

  it("FL7: a text reaches every worker once and in order, whatever its letters and up to the longest", async () => {
    const [one, two] = [open(), open()];
    await expect.poll(() => [one.channel.way, two.channel.way], within).toEqual(["notifications", "notifications"]);
    const texts = ["first", `'"\\ä🙂${String.fromCharCode(1)}`, "x".repeat(one.channel.maxBytes), "last"];
    for (const text of texts) one.channel.send(text);
    await expect.poll(() => two.heard, within).toEqual(texts);
    await expect.poll(() => one.heard, within).toEqual(texts);
    await close(one, two);
  });

  it("FL7: where no notification arrives, the table carries it in both directions", async () => {
    const [one, deaf] = [open(), open(true)];
    await expect.poll(() => [one.channel.way, deaf.channel.way], within).toEqual(["notifications", "table"]);
    // The others learn that one of them reads the table.
    await expect
      .poll(() => {
        one.channel.send("to the deaf one");
        return deaf.heard.length;
      }, within)
      .toBeGreaterThan(0);
    expect(new Set(deaf.heard)).toEqual(new Set(["to the deaf one"]));
    deaf.channel.send("from the deaf one");
    await expect.poll(() => one.heard.filter((text) => text === "from the deaf one").length, within).toBe(1);
    await close(one, deaf);
  });

  it("FL7: a connection that is cut is opened again", async () => {
    const [one, two] = [open(), open()];
    await expect.poll(() => [one.channel.way, two.channel.way], within).toEqual(["notifications", "notifications"]);
    const cut = await openLink(urlToTarget(database.url), { naming: { isAllowed: true }, name: "cut" });
    await cut.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'reef live'");
    await cut.close();
    await expect
      .poll(() => {
        one.channel.send("again");
        return two.heard.length;
      }, within)
      .toBeGreaterThan(0);
    await close(one, two);
  });
});
