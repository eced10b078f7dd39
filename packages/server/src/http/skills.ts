/** Defines the endpoints of skills: reading, writing and importing them, and which bots have them. */

import type { SkillContents } from "@reef/engine/port/skills";
import { oneLine } from "@reef/engine/prompt/defuse";
import {
  changeSkill,
  createSkill,
  deleteSkill,
  readSkill,
  type SkillText,
  skillsOfBot,
  switchSkill,
} from "@reef/engine/skill/skills";
import { AppError } from "@reef/protocol/error";
import { BotId, SkillId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { NewSkill, Skill, SkillImport, SkillImportReport, SkillPatch, SkillWithContents } from "@reef/protocol/skill";
import { z } from "zod";
import { authenticate } from "../auth/guard.ts";
import { notAllowed, openRoot, requireAllowedRoot } from "../import/root.ts";
import { openZip, zipLimits } from "../import/zip-root.ts";
import { importSkills } from "../skills/import-skills.ts";
import { readSkillFiles } from "../skills/read-skill.ts";
import { readRawBody } from "./body.ts";
import { type Edge, found } from "./edge.ts";
import { credentialsOf } from "./login.ts";
import { booleanQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Skills";
const params = z.object({ id: SkillId });
const botParams = z.object({ id: BotId });

export function skillRoutes({ deps, guard, importFolders }: Edge): readonly Route[] {
  const withContents = async (skill: Skill): Promise<SkillWithContents> => ({
    ...skill,
    contents: (await deps.store.read.skillContents(skill.id)) ?? {},
  });
  const readText = (contents: SkillContents): SkillText => {
    const read = readSkillFiles(contents);
    if ("text" in read) return read.text;
    const message = `this is not a skill: ${read.problem}`;
    throw new AppError("invalid_request", message, { fields: [{ path: "files", message: read.problem }] });
  };
  return [
    route(
      {
        method: "get",
        path: "/v1/skills",
        tag,
        summary: "List skills by name, without the contents of their files",
        status: 200,
        answer: pageOf(Skill),
      },
      async () => ({ items: [...(await deps.store.read.skills())], next: null }),
    ),
    route(
      {
        method: "post",
        path: "/v1/skills",
        tag,
        summary: "Create a skill",
        description:
          "`files` holds `SKILL.md`, whose front matter has its name and description, and whatever else belongs to it. With `shared` all bots have it, apart from those in `offFor`; otherwise those in `onFor` do.",
        body: NewSkill,
        takes: "text",
        status: 201,
        answer: SkillWithContents,
      },
      async ({ body: { files, ...bots } }) =>
        withContents(await createSkill(deps, readText(files), { ...bots, source: null })),
    ),
    route(
      {
        method: "post",
        path: "/v1/skills/import",
        tag,
        summary: "Import skills from a folder of the server",
        description:
          "A folder with a `SKILL.md`, or one with such folders in it, as OpenClaw and Claude keep them. No link is followed. `dryRun` writes nothing. What cannot be imported is in the answer with its reason; a second import changes what is different. New ones are given to all bots, or to those in `onFor` with `shared: false`.",
        body: SkillImport,
        status: 200,
        answer: SkillImportReport,
      },
      async ({ request, body: { path, ...rest } }) => {
        const caller = authenticate(guard, credentialsOf(request));
        if (caller.kind === "token") return importSkills(deps, await openRoot(path), rest);
        const root = await openRoot(path).catch(() => {
          throw notAllowed();
        });
        await requireAllowedRoot(root, importFolders);
        return importSkills(deps, root, rest);
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/skills/import/zip",
        tag,
        summary: "Import skills from a zip file",
        description: `The body is the file, at most ${zipLimits.bytes / 1_000_000} MB. What is in it is imported as a folder would be. A zip file of the same name is the same source, so that a newer one changes what is different. One with a name that leads out of it, or that unpacks to more than ${zipLimits.unpackedBytes / 1_000_000} MB, is refused; links and encrypted, damaged or suspiciously small files in it are left out, with the reason.`,
        query: z.strictObject({
          name: z.string().trim().min(1).max(200).meta({ description: "The file's name." }),
          dryRun: booleanQuery.meta({ description: "Says what would be imported, and writes nothing." }),
          shared: booleanQuery.meta({ description: "Whether all bots have new ones; true if left out." }),
        }),
        rawBody: "application/zip",
        status: 200,
        answer: SkillImportReport,
      },
      async ({ query: { name, dryRun, shared }, request }) => {
        const bytes = await readRawBody(request, zipLimits.bytes);
        return importSkills(deps, await openZip(oneLine(name), bytes), { dryRun, shared });
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/skills/{id}",
        tag,
        summary: "Read a skill with its files",
        params,
        status: 200,
        answer: SkillWithContents,
      },
      async ({ params: { id } }) => withContents(await readSkill(deps, id)),
    ),
    route(
      {
        method: "patch",
        path: "/v1/skills/{id}",
        tag,
        summary: "Change a skill's files, or which bots have it",
        description: "Omitted files and fields stay; a file that is null is deleted.",
        params,
        body: SkillPatch,
        takes: "text",
        status: 200,
        answer: SkillWithContents,
      },
      async ({ params: { id }, body: { files, ...bots } }) => {
        await readSkill(deps, id);
        if (files === undefined) return withContents(await changeSkill(deps, id, bots));
        const merged = { ...(await deps.store.read.skillContents(id)), ...files };
        const kept = Object.entries(merged).filter(
          (entry): entry is [string, SkillContents[string]] => entry[1] !== null,
        );
        const text = readText(Object.fromEntries(kept));
        return withContents(await changeSkill(deps, id, { ...bots, text }));
      },
    ),
    route(
      { method: "delete", path: "/v1/skills/{id}", tag, summary: "Delete a skill", params, status: 204, answer: null },
      async ({ params: { id } }) => deleteSkill(deps, id),
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/skills",
        tag,
        summary: "List the skills that a bot has",
        params: botParams,
        status: 200,
        answer: pageOf(Skill),
      },
      async ({ params: { id } }) => {
        await found(deps.store.read.bot(id), "bot");
        return { items: [...(await skillsOfBot(deps, id))], next: null };
      },
    ),
    route(
      {
        method: "put",
        path: "/v1/bots/{id}/skills/{skillId}",
        tag,
        summary: "Switch a skill on or off for one bot",
        params: botParams.extend({ skillId: SkillId }),
        body: z.strictObject({ on: z.boolean() }).meta({ id: "SkillSwitch" }),
        status: 200,
        answer: Skill,
      },
      async ({ params: { id, skillId }, body: { on } }) => {
        await found(deps.store.read.bot(id), "bot");
        return switchSkill(deps, skillId, { botId: id, on });
      },
    ),
  ];
}
