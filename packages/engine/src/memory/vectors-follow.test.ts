/** Tests that an index whose file is deleted between its rows and their vectors gets both again. */
import { expect, it } from "vitest";
import { openModelStore } from "../model/store.ts";
import type { Recall } from "../port/recall.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { memorySeed, openKit } from "../testing/seeds.ts";
import { MemoryIndex } from "./memory-index.ts";
import { vectorToText } from "./vector.ts";

const model = "made-up";
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Opens a recall with rows and vectors by id, which loses its file just before the n-th batch of vectors (`loseAt`).
 */
function openLosing(loseAt: number) {
  const held = { version: 0, vectors: 0, rows: new Set<string>(), withVector: new Set<string>() };
  let batches = 0;
  const recall: Recall = {
    version: async () => held.version,
    apply: async (_bot, { after, through, changes }) => {
      if (after > held.version) return { state: "behind", version: held.version };
      for (const change of changes) if (change.type === "put") held.rows.add(change.row.id);
      held.version = through;
      return { state: "applied", version: through };
    },
    rebuild: async () => ({ version: held.version, rows: held.rows.size, sizeBytes: 0 }),
    search: async () => ({ hits: [], version: held.version }),
    size: async () => ({ version: held.version, rows: held.rows.size, sizeBytes: 0 }),
    vectorVersion: async () => held.vectors,
    applyVectors: async (_bot, { rows, after, through, vectors }) => {
      batches += 1;
      if (batches === loseAt) {
        Object.assign(held, { version: 0, vectors: 0 });
        held.rows.clear();
        held.withVector.clear();
      }
      if (rows > held.version || after > held.vectors) return { state: "behind", version: held.vectors };
      for (const { id } of vectors) if (held.rows.has(id)) held.withVector.add(id);
      held.vectors = through;
      return { state: "applied", version: through };
    },
    forget: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  return { recall, held };
}

it.each([1, 2])("a file deleted before batch %d of the vectors costs none of them", async (loseAt) => {
  const clock = createManualClock();
  await using kit = await openKit(async () => openModelStore({ clock }));
  const bot = await kit.bot();
  const memories = Array.from({ length: 300 }, (_, n) => memorySeed({ text: `fact ${n}` }));
  await kit.commit({ op: "memory.save", botId: bot, memories });
  const vectors = memories.map(({ id }) => ({ id, vector: vectorToText(Int8Array.of(1, 2)) }));
  await kit.commit({ op: "memory.embed", botId: bot, model, through: 300, vectors });
  const { recall, held } = openLosing(loseAt);
  await using index = new MemoryIndex({
    store: kit.store,
    clock,
    log,
    openRecall: () => recall,
    embeddingModel: () => model,
  });
  await index.inStep(bot);
  expect([held.rows.size, held.withVector.size]).toEqual([300, 300]);
});
