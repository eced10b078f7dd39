import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memorySeed, openKit } from "@reef/engine/testing/seeds";
import { expect, it } from "vitest";
import { openSqliteStore } from "./open.ts";

it("ME6: what was deleted is not in the files any more", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reef-forget-"));
  try {
    const kit = await openKit((clock) => openSqliteStore({ folder, clock }));
    const bot = await kit.bot();
    const memories = Array.from({ length: 200 }, (_, n) =>
      memorySeed({ text: n % 2 === 0 ? `plain filler ${n}` : `zanzibarquux ${n}` }),
    );
    await kit.commit({ op: "memory.save", botId: bot, memories });
    const ids = memories.filter(({ text }) => text.startsWith("zanzibar")).map(({ id }) => id);
    await kit.commit({ op: "memory.delete", botId: bot, ids });
    await kit[Symbol.asyncDispose]();
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString("latin1"));
    expect(bytes.join("")).toContain("plain filler");
    expect(bytes.join("")).not.toContain("zanzibarquux");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
