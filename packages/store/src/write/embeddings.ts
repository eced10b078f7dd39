/**
 * Keeps vectors of a bot's memories. They are deleted with their memory, and change nothing that people see of it: no
 * version, no event.
 */
import { textToVector } from "@reef/engine/memory/vector";
import type { BotId, MemoryId } from "@reef/protocol/ids";
import * as statements from "./embedding-statements.ts";
import { withOwner } from "./memories.ts";
import { one, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

export interface Vectors {
  readonly model: string;
  readonly vectors: readonly { readonly id: MemoryId; readonly vector: string }[];
  readonly through: number;
}

export function* keepVectors(work: Work, botId: BotId, { model: name, vectors, through }: Vectors): Write<void> {
  yield* withOwner(work, botId, function* ({ n: owner }) {
    const model = yield* modelNumber(name);
    const known = yield* one(statements.embeddedOfOwner, { owner });
    let version = known?.version ?? 0;
    for (const { id, vector } of vectors) {
      const memory = (yield* one(statements.numberOfMemory, { id, owner }))?.n;
      if (memory === undefined) continue;
      version += 1;
      const { buffer, byteOffset, byteLength } = textToVector(vector);
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      yield* run(statements.putVector, { memory, owner, model, version, vector: bytes });
    }
    const before = known?.model === model ? known.through : 0;
    yield* run(statements.putEmbedded, { owner, model, through: Math.max(before, through), version });
  });
}

function* modelNumber(name: string): Write<number> {
  let found = yield* one(statements.modelByName, { name });
  if (found === undefined) {
    yield* run(statements.insertModel, { name });
    found = yield* one(statements.modelByName, { name });
  }
  if (found === undefined) throw new Error("expected the model that was just written");
  return found.n;
}
