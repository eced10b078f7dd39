/** Keeps vectors of a bot's memories. They go with their memory, and change nothing that people see of it: no version, no event. */
import { textToVector } from "@reef/engine/memory/vector";
import type { BotId, MemoryId } from "@reef/protocol/ids";
import * as statements from "./embedding-statements.ts";
import { withOwner } from "./memories.ts";
import type { Work } from "./work.ts";

export interface Vectors {
  readonly model: string;
  readonly vectors: readonly { readonly id: MemoryId; readonly vector: string }[];
  readonly through: number;
}

export function keepVectors(work: Work, botId: BotId, { model: name, vectors, through }: Vectors): void {
  withOwner(work, botId, ({ n: owner }) => {
    const model = modelNumber(work, name);
    const known = work.connection.get(statements.embeddedOfOwner, { owner });
    let version = known?.version ?? 0;
    for (const { id, vector } of vectors) {
      const memory = work.connection.get(statements.numberOfMemory, { id, owner })?.n;
      if (memory === undefined) continue;
      version += 1;
      const { buffer, byteOffset, byteLength } = textToVector(vector);
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      work.connection.run(statements.putVector, { memory, owner, model, version, vector: bytes });
    }
    const before = known?.model === model ? known.through : 0;
    work.connection.run(statements.putEmbedded, { owner, model, through: Math.max(before, through), version });
  });
}

function modelNumber(work: Work, name: string): number {
  let found = work.connection.get(statements.modelByName, { name });
  if (found === undefined) {
    work.connection.run(statements.insertModel, { name });
    found = work.connection.get(statements.modelByName, { name });
  }
  if (found === undefined) throw new Error("expected the model that was just written");
  return found.n;
}
