/**
 * Generates the files that repeat the catalogue of tools and are kept in git: the plugin's list, manifest and table, because
 * an OpenClaw loads the plugin unbuilt; and what a transcript needs to know of Reef's tools before the console has read
 * anything. `npm run build` writes them, `npm run check` refuses stale ones.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCatalogue, memoryTools, sessionTools } from "@reef/engine/tool/catalogue";
import { skillRead } from "@reef/engine/tool/skill-source";
import type { ToolDescription } from "@reef/protocol/tool";
import { toOpenClawName } from "@reef/runtimes/openclaw/tool-names";
import { root } from "./stamp.mjs";

const made = "Made by scripts/tool-lists.ts from the catalogue of tools: change the tool, then run `npm run build`.";
const plugin = "packages/openclaw-plugin";

/** Paths are from the root; each function takes the file's current text and returns the text it should have. */
const textByPath: Readonly<Record<string, (tools: readonly ToolDescription[], now: string) => string>> = {
  [`${plugin}/src/tool-list.generated.mjs`]: (tools) => {
    const list = tools.map(({ name, description, inputSchema }) => ({
      name: toOpenClawName(name),
      reefName: name,
      description,
      parameters: inputSchema,
    }));
    return `/** ${made} */\nexport const toolList = ${JSON.stringify(list, null, 2)};\n`;
  },
  [`${plugin}/openclaw.plugin.json`]: (tools, now) => {
    const names = tools.map(({ name }) => `      ${JSON.stringify(toOpenClawName(name))}`).join(",\n");
    return replaced(now, /(?<="tools": )\[[^\]]*\]/, `[\n${names}\n    ]`);
  },
  [`${plugin}/README.md`]: (tools, now) => {
    const rows = tools.map(
      ({ name, description }) => `| \`${toOpenClawName(name)}\` | ${description.replaceAll("|", "\\|")} |`,
    );
    const table = ["| tool | what its bot is told |", "|---|---|", ...rows].join("\n");
    return replaced(now, /(?<=<!-- tools: [^>]*-->)[\s\S]*?(?=<!-- \/tools -->)/, `\n${table}\n`);
  },
  "packages/protocol/src/own-tools.generated.ts": (tools) => {
    const telling = tools.filter(({ tells }) => tells !== "nobody");
    const unfolded = tools.filter(({ folds }) => !folds);
    return [
      `/** ${made} */`,
      'import type { ToolTells } from "./tool.ts";',
      "",
      "/** Whom a tool tells; of every other tool, nobody. */",
      "export const tellsByTool: Readonly<Record<string, ToolTells>> = {",
      ...telling.map(({ name, tells }) => `  ${JSON.stringify(name)}: "${tells}",`),
      "};",
      "",
      "/** Every other tool folds, also one that is not Reef's. */",
      "export const unfoldedTools: ReadonlySet<string> = new Set([",
      ...unfolded.map(({ name }) => `  "${name}",`),
      "]);",
      "",
    ].join("\n");
  },
};

export interface StaleFile {
  readonly path: string;
  readonly text: string;
}

/** Returns the files that differ from the catalogue, with the text they should have. */
export function staleToolLists(): readonly StaleFile[] {
  const tools = createCatalogue([...sessionTools, ...memoryTools, skillRead]).descriptions;
  return Object.entries(textByPath).flatMap(([path, textOf]) => {
    const file = join(root, path);
    const now = existsSync(file) ? readFileSync(file, "utf8") : "";
    const text = textOf(tools, now);
    return text === now ? [] : [{ path, text }];
  });
}

export function writeToolLists(): void {
  for (const { path, text } of staleToolLists()) {
    writeFileSync(join(root, path), text);
    console.log(`reef: wrote ${path}`);
  }
}

function replaced(text: string, place: RegExp, by: string): string {
  if (!place.test(text)) throw new Error(`expected a place that fits ${place}`);
  return text.replace(place, () => by);
}
