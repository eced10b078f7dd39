import { createCatalogue } from "@reef/engine/tool/catalogue";
import { toTraits } from "@reef/engine/tool/tool";
import { expect, it } from "vitest";
import { openHarness } from "./testing/box-harness.ts";

it("TO1, TU3: every tool says what it changes, whose words it brings, and what a crash does to its call", async () => {
  await using harness = await openHarness({ probe: { programFolders: [] } });
  const traits = Object.fromEntries(
    harness.source.tools.map((tool) => {
      const { changes, words, afterCrash } = toTraits(tool);
      return [tool.name, `${changes} ${words} ${afterCrash}`];
    }),
  );
  expect(traits).toEqual({
    file_read: "nothing others replay",
    file_write: "lasting own replay",
    file_edit: "lasting own skip",
    file_list: "nothing others replay",
    file_search: "nothing others replay",
    command_run: "lasting others skip",
    command_output: "nothing others replay",
    command_stop: "lasting own replay",
    web_fetch: "nothing others replay",
    web_search: "nothing others replay",
  });
  expect(harness.source.tools.every(({ effects }) => effects.kind === "outside")).toBe(true);
});

it("PR1: names, descriptions and schemas fit what model servers accept", async () => {
  await using harness = await openHarness({ probe: { programFolders: [] } });
  for (const { name, description, inputSchema } of createCatalogue(harness.source.tools).descriptions) {
    expect(name).toMatch(/^[a-z_]{1,64}$/);
    expect(description.length).toBeLessThanOrEqual(1_024);
    expect(inputSchema).toMatchObject({ type: "object" });
  }
});
