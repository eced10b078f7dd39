/** Searches the web through the configured service. */
import { defineTool, errorResult, type Tool } from "@reef/engine/tool/tool";
import { z } from "zod";
import { type BoxDeps, settingsOf } from "./box-deps.ts";

export function webSearch(deps: BoxDeps): Tool {
  return defineTool({
    name: "web_search",
    description: "Searches the web. Shows title, address and excerpt of each result; read a page with web_fetch.",
    input: z.strictObject({
      query: z.string().trim().min(1).max(400),
      limit: z.int().min(1).max(20).default(8),
    }),
    effects: { kind: "outside", afterCrash: "replay" },
    changes: "nothing",
    words: "others",
    tells: "nobody",
    folds: true,
    async run(run, { query, limit }) {
      if (!settingsOf(deps, run.bot).web) return errorResult("this bot may not use the web: a person can allow it");
      const searched = await deps.search.search(query, { limit, signal: run.signal });
      if (searched.state === "failed") return errorResult(`couldn't search the web: ${searched.reason}`);
      if (searched.hits.length === 0) return { type: "result", text: "No results." };
      const lines = searched.hits.map(({ title, url, excerpt }, index) =>
        `${index + 1}. ${title}\n${url}\n${excerpt}`.trimEnd(),
      );
      return { type: "result", text: lines.join("\n\n") };
    },
  });
}
