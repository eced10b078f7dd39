/**
 * Gives a bot the tool that reads its skills. Their list is in the system prompt of the bots that have some, and costs
 * nothing to others; it is the same text until a skill changes, which keeps prompt caches (SK3).
 */
import type { Bot } from "@reef/protocol/bot";
import { type Skill, SkillPath } from "@reef/protocol/skill";
import { skillFile } from "@reef/protocol/skill-rules";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { oneLine } from "../prompt/defuse.ts";
import { skillsOfBot } from "../skill/skills.ts";
import { defineTool, errorResult, type Tool } from "./tool.ts";
import type { ToolSource } from "./tool-source.ts";

/** Of all lines in the description, and of one. */
const mostListed = 12_000;
const mostDescribed = 400;
/** Of one reading. */
const mostRead = 40_000;

export interface SkillSourceOptions {
  readonly deps: Pick<Deps, "store">;
  /** Where the files of the bot's skills are while its commands run; null if nothing shows them. */
  readonly folderInBox: (bot: Bot) => string | null;
}

export function createSkillSource({ deps, folderInBox }: SkillSourceOptions): ToolSource {
  const toolByText = new Map<string, Tool>();
  return {
    async toolsFor(bot) {
      const skills = await skillsOfBot(deps, bot.id);
      // A gateway's plugin declares the tool once, for all its agents.
      if (bot.agent !== null) return [skillRead];
      if (skills.length === 0) return [];
      const text = listSkills(skills, folderInBox(bot));
      const known = toolByText.get(text);
      if (known !== undefined) return [known];
      if (toolByText.size >= 200) toolByText.clear();
      const tool: Tool = { ...skillRead, instructions: text };
      toolByText.set(text, tool);
      return [tool];
    },
  };
}

/** Says which skills a bot has, for its prompt. */
export function listSkills(skills: readonly Skill[], folder: string | null): string {
  const lines: string[] = [];
  let length = 0;
  for (const { name, description } of skills) {
    const told = oneLine(description);
    const line = `- ${name}: ${told.length > mostDescribed ? `${told.slice(0, mostDescribed)}…` : told}`;
    length += line.length;
    if (length > mostListed) {
      lines.push(
        `- and ${skills.length - lines.length} more: ${skills
          .slice(lines.length)
          .map((each) => each.name)
          .join(", ")
          .slice(0, 2_000)}`,
      );
      break;
    }
    lines.push(line);
  }
  const files = folder === null ? "" : ` Commands see the files of a skill, read-only, in ${folder}/NAME.`;
  return `Your skills are instructions for kinds of tasks. Read the one that fits with skill_read before you begin.${files}\n${lines.join("\n")}`;
}

export const skillRead = defineTool({
  name: "skill_read",
  description:
    "Reads a skill: instructions for a kind of task, with files that belong to it. Without a path it returns the instructions and the list of files; without a name, the list of your skills.",
  input: z.strictObject({
    name: z.string().min(1).max(100).optional().describe("The skill's name."),
    path: SkillPath.optional().describe("One of its files; the instructions if left out."),
  }),
  origin: { kind: "skills" },
  effects: { kind: "unit" },
  changes: "nothing",
  words: "person",
  tells: "nobody",
  folds: true,
  async run({ deps, bot }, { name, path }) {
    const skills = await skillsOfBot(deps, bot.id);
    if (name === undefined) {
      return { type: "result", text: skills.length === 0 ? "You have no skills." : listSkills(skills, null) };
    }
    const skill = skills.find((each) => each.name === name);
    if (skill === undefined) {
      const names = skills.map((each) => each.name).join(", ");
      return errorResult(`you have no skill named “${oneLine(name)}”; you have: ${names || "none"}`);
    }
    const contents = (await deps.store.read.skillContents(skill.id)) ?? {};
    const wanted = path ?? skillFile;
    const content = Object.hasOwn(contents, wanted) ? contents[wanted] : undefined;
    const others = skill.files.filter((file) => file.path !== skillFile);
    const list = others.map((file) => `${file.path} (${file.sizeBytes} bytes)`).join("\n");
    if (content === undefined) return errorResult(`the skill “${name}” has no file ${wanted}; it has:\n${list}`);
    if (!("text" in content)) return errorResult(`${wanted} is not text: a command can read it in your box`);
    const text =
      content.text.length > mostRead
        ? `${content.text.slice(0, mostRead)}\n[cut: ${content.text.length - mostRead} more characters]`
        : content.text;
    return {
      type: "result",
      text: path === undefined && list !== "" ? `${text}\n\nFiles of this skill:\n${list}` : text,
    };
  },
});
