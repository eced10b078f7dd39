/** Tests what every store keeps of skills. */
import type { Skill } from "@reef/protocol/skill";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { openKit } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";

type Seed = Omit<Skill, "createdAt" | "updatedAt">;

function seed(rest: Partial<Seed> = {}): Seed {
  return {
    id: makeId("skill"),
    name: "tidy",
    description: "Tidies \u0001 up.",
    shared: false,
    onFor: [makeId("bot")],
    offFor: [],
    files: [{ path: "SKILL.md", sizeBytes: 5 }],
    source: null,
    ...rest,
  };
}

const contents = { "SKILL.md": { text: "tidy \u0000 “up”" }, "logo.png": { base64: "AAEC" } };

export function describeSkills(name: string, open: OpenEmptyStore): void {
  describe(`skills in the ${name} store`, () => {
    it("SK1: keeps them by name with their files; a change without files leaves these", async () => {
      await using kit = await openKit(open);
      const tidy = seed();
      const { events } = await kit.commit({ op: "skill.put", skill: tidy, contents });
      expect(events).toContainEqual(
        expect.objectContaining({ type: "skill.changed", skill: expect.objectContaining({ id: tidy.id }) }),
      );
      const other = seed({ name: "brew", shared: true, offFor: [makeId("bot")], source: "/a/b" });
      await kit.commit({ op: "skill.put", skill: other, contents: {} });
      const createdAt = kit.now();
      kit.clock.advance(1_000);
      await kit.commit({ op: "skill.put", skill: { ...tidy, shared: true }, contents: null });
      expect(await kit.store.read.skills()).toEqual([
        { ...other, createdAt, updatedAt: createdAt },
        { ...tidy, shared: true, createdAt, updatedAt: kit.now() },
      ]);
      expect(await kit.store.read.skillContents(tidy.id)).toEqual(contents);
      await kit.commit({ op: "skill.put", skill: tidy, contents: { "SKILL.md": { text: "new" } } });
      expect(await kit.store.read.skillContents(tidy.id)).toEqual({ "SKILL.md": { text: "new" } });
    });

    it("SK1: deletes one with its files, and refuses a name that is taken", async () => {
      await using kit = await openKit(open);
      const tidy = seed();
      await kit.commit({ op: "skill.put", skill: tidy, contents });
      await expect(kit.commit({ op: "skill.put", skill: seed(), contents })).rejects.toMatchObject({
        code: "conflict",
      });
      await kit.commit({ op: "skill.delete", id: tidy.id });
      expect(await kit.store.read.skills()).toEqual([]);
      expect(await kit.store.read.skillContents(tidy.id)).toBeNull();
      await expect(kit.commit({ op: "skill.delete", id: tidy.id })).rejects.toMatchObject({ code: "not_found" });
    });
  });
}
