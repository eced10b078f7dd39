/** Archives a memory. A person can restore it for 30 days; a bot forgets nothing for good. */
import { z } from "zod";
import { findMemories } from "../memory/search.ts";
import { findOwn } from "./memory-update.ts";
import { refuseIncognito } from "./saved-trust.ts";
import { defineTool, errorResult } from "./tool.ts";

export const memoryForget = defineTool({
  name: "memory_forget",
  description: "Forgets one memory: by its id, or the one that best matches a description.",
  input: z
    .strictObject({ id: z.string().min(1).optional(), query: z.string().trim().min(1).max(2_000).optional() })
    .refine(({ id, query }) => (id === undefined) !== (query === undefined), { message: "give either id or query" }),
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "nobody",
  folds: true,
  async run(run, { id, query }) {
    const refusal = refuseIncognito(run);
    if (refusal !== null) return refusal;
    const { deps, bot } = run;
    const kinds = ["fact", "note", "summary", "document"] as const;
    const best =
      query === undefined ? [] : await findMemories(deps, bot.id, { text: query, k: 1, ownOnly: true, kinds });
    const chosen = id ?? best[0]?.memory.id;
    if (chosen === undefined) return errorResult("nothing in memory matches that");
    const memory = await findOwn(run, chosen);
    if (typeof memory === "string") return errorResult(memory);
    return {
      type: "result",
      text: `forgot ${memory.id}`,
      ops: [{ op: "memory.archive", botId: bot.id, ids: [memory.id], reason: "forgotten" }],
    };
  },
});
