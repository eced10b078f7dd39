/**
 * Reads what a skill's files say: `SKILL.md` with its front matter, which is YAML between two lines of dashes. Everything
 * is bounded, and what is wrong is said in a sentence. Pure.
 */

import type { SkillContents } from "@reef/engine/port/skills";
import { type SkillText, sizeOfContent } from "@reef/engine/skill/skills";
import { type SkillContent, SkillName, SkillPath } from "@reef/protocol/skill";
import { skillFile, skillLimits } from "@reef/protocol/skill-rules";
import { parse } from "yaml";

export type ReadSkill = { readonly text: SkillText } | { readonly problem: string };

export function readSkillFiles(contents: SkillContents): ReadSkill {
  const paths = Object.keys(contents);
  if (paths.length > skillLimits.files)
    return { problem: `it has ${paths.length} files, more than ${skillLimits.files}` };
  const bad = paths.find((path) => !SkillPath.safeParse(path).success);
  if (bad !== undefined)
    return { problem: `the path ${JSON.stringify(bad.slice(0, 100))} leads out of the skill, or has odd characters` };
  const clash = clashOf(paths);
  if (clash !== null) return { problem: `${clash} is a file and a folder` };
  const bytes = Object.values(contents).reduce((sum, content) => sum + sizeOfContent(content), 0);
  if (bytes > skillLimits.bytes) return { problem: `its files have ${bytes} bytes, more than ${skillLimits.bytes}` };
  const main = contents[skillFile];
  if (main === undefined) return { problem: `it has no ${skillFile}` };
  if (!("text" in main)) return { problem: `${skillFile} is not text` };
  const head = readFrontMatter(main.text);
  return "problem" in head ? head : { text: { ...head, contents } };
}

function readFrontMatter(text: string): Pick<SkillText, "name" | "description"> | { readonly problem: string } {
  const found = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(\r?\n|$)/.exec(text);
  if (found === null)
    return {
      problem: `${skillFile} does not begin with front matter: a name and a description between two lines of ---`,
    };
  let head: unknown;
  try {
    head = parse(found[1] ?? "", { maxAliasCount: 0, prettyErrors: false, logLevel: "error" });
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, 200) : "";
    return { problem: `the front matter of ${skillFile} is not YAML: ${reason}` };
  }
  if (typeof head !== "object" || head === null) return { problem: `the front matter of ${skillFile} has no fields` };
  const { name, description } = head as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || name.trim() === "")
    return { problem: `the front matter of ${skillFile} has no name` };
  const parsed = SkillName.safeParse(name.trim());
  if (!parsed.success) {
    const found = JSON.stringify(name.slice(0, 100));
    return {
      problem: `its name is ${found}: expected at most 64 lower-case letters and digits, joined by single dashes`,
    };
  }
  if (typeof description !== "string" || description.trim() === "") {
    return { problem: `the front matter of ${skillFile} has no description` };
  }
  if (description.length > skillLimits.description) {
    return { problem: `its description has ${description.length} characters, more than ${skillLimits.description}` };
  }
  return { name: parsed.data, description: description.trim() };
}

/** Returns a path that is a file and the folder of another one, which no disk can hold. */
function clashOf(paths: readonly string[]): string | null {
  const files = new Set(paths);
  for (const path of paths) {
    const names = path.split("/");
    for (let depth = 1; depth < names.length; depth += 1) {
      const folder = names.slice(0, depth).join("/");
      if (files.has(folder)) return folder;
    }
  }
  return null;
}

/** Returns text where the bytes are text, and base64 otherwise. */
export function toContent(bytes: Uint8Array): SkillContent {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString("base64") };
  }
}
