import { AppError } from "@reef/protocol/error";
import type { MemoryId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import { expect, test } from "vitest";
import { readHistory } from "./memory-history.ts";

function make(id: string, from: readonly string[], by: string | null): Memory {
  const source = from.length === 0 ? { kind: "person" } : { kind: "memories", ids: from };
  return { id, source, supersededBy: by } as unknown as Memory;
}

function clientOf(...memories: readonly Memory[]) {
  return {
    memory: async (id: MemoryId): Promise<Memory> => {
      const memory = memories.find((one) => one.id === id);
      if (!memory) throw new AppError("not_found", "no such memory");
      return memory;
    },
  };
}

const first = make("mem_1", [], "mem_2");
const second = make("mem_2", ["mem_1"], "mem_3");
const third = make("mem_3", ["mem_2"], null);

test.each([first, second, third])("ME4: from any version, the history is all of them, oldest first", async (from) => {
  const versions = await readHistory(clientOf(first, second, third), from);
  expect(versions.map(({ id }) => id)).toEqual(["mem_1", "mem_2", "mem_3"]);
});

test("ME6: a version that was deleted for good is left out", async () => {
  expect(await readHistory(clientOf(second, third), third)).toEqual([second, third]);
});

test("ME7: what a summary was made of is not its past", async () => {
  const line = make("mem_1", [], null);
  const summary = make("mem_2", ["mem_1"], null);
  expect(await readHistory(clientOf(line, summary), summary)).toEqual([summary]);
});
