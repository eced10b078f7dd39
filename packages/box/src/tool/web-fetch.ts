/** Reads a web page as Markdown. Its words are others'. Getting a page twice is harmless. */
import { defineTool, errorResult, type Tool } from "@reef/engine/tool/tool";
import { z } from "zod";
import { type BoxDeps, settingsOf } from "./box-deps.ts";

export function webFetch(deps: BoxDeps): Tool {
  return defineTool({
    name: "web_fetch",
    description:
      "Reads a public web page as Markdown, with its title. Long pages are read in parts: give offset in characters.",
    input: z.strictObject({
      url: z.string().min(1).max(4_000),
      offset: z.int().min(0).max(10_000_000).default(0),
      limit: z.int().min(100).max(40_000).default(15_000),
    }),
    effects: { kind: "outside", afterCrash: "replay" },
    changes: "nothing",
    words: "others",
    tells: "nobody",
    folds: true,
    async run(run, { url, offset, limit }) {
      if (!settingsOf(deps, run.bot).web) return errorResult("this bot may not use the web: a person can allow it");
      const page = await deps.pages.read(url, run.signal);
      if (page.state === "failed") return errorResult(`the page was not read: ${page.reason}`);
      const part = page.text.slice(offset, offset + limit);
      const end = offset + part.length;
      const head = [
        page.title,
        page.url,
        page.status >= 200 && page.status < 300 ? "" : `[answered with status ${page.status}]`,
        offset === 0 && page.excerpt !== "" ? `> ${page.excerpt}` : "",
      ];
      const more =
        end < page.text.length
          ? `[Characters ${offset} to ${end} of ${page.text.length}: read on with offset ${end}.]`
          : "";
      const cut = page.isCut ? "[The page is larger than is read; its end is missing.]" : "";
      const text = [head.filter((line) => line !== "").join("\n"), part, more, cut].filter((piece) => piece !== "");
      return { type: "result", text: text.join("\n\n"), isError: page.status >= 400 };
    },
  });
}
