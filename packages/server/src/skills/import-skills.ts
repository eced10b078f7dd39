/**
 * Imports skills from a folder of the server: of one skill, of several, or of an OpenClaw or Claude, whose skills are in
 * folders of their own. Nothing outside of the folder is read, and no link is followed (SE6). What cannot be taken is
 * reported, and the rest is imported; a second import changes only what is different.
 */
import { join } from "node:path";
import type { Deps } from "@reef/engine/deps";
import { changeSkill, createSkill } from "@reef/engine/skill/skills";
import { AppError } from "@reef/protocol/error";
import type { SkillContent, SkillImport, SkillImportReport } from "@reef/protocol/skill";
import { skillFile, skillLimits } from "@reef/protocol/skill-rules";
import type { Root } from "../import/root.ts";
import { readSkillFiles, toContent } from "./read-skill.ts";

type Item = SkillImportReport["items"][number];

/** How far below the folder skills are looked for, and how many folders are looked into. */
const mostDepth = 4;
const mostFolders = 2_000;
/** Folders without skills that can be very large. */
const skipped = new Set(["node_modules", ".git", ".venv", "venv", "__pycache__"]);

export async function importSkills(
  deps: Deps,
  root: Root,
  { dryRun = false, shared = true, onFor = [] }: Pick<SkillImport, "dryRun" | "shared" | "onFor">,
): Promise<SkillImportReport> {
  const items: Item[] = [];
  const seen = new Set<string>();
  for (const folder of await findFolders(root)) {
    const item = await importOne(folder);
    items.push(item);
  }
  if (items.length === 0) {
    throw new AppError("invalid_request", `there is no folder with a ${skillFile} in ${root.path}`, {
      fields: [{ path: "path", message: `expected a folder with a ${skillFile}, or with such folders in it` }],
    });
  }
  return { items };

  async function importOne(folder: string): Promise<Item> {
    const { contents, left } = await readFolder(root, folder);
    const path = folder === "" ? "." : folder;
    const read = readSkillFiles(contents);
    if ("problem" in read) return { path, name: null, state: "refused", reason: read.problem };
    const { text } = read;
    const reason = left.length === 0 ? null : `left out: ${left.slice(0, 5).join("; ")}`;
    if (seen.has(text.name)) {
      return { path, name: text.name, state: "refused", reason: "another folder has a skill of this name" };
    }
    seen.add(text.name);
    const source = join(root.path, folder);
    const known = (await deps.store.read.skills()).find(({ name }) => name === text.name);
    if (known === undefined) {
      if (!dryRun) await createSkill(deps, text, { shared, onFor, source });
      return { path, name: text.name, state: "created", reason };
    }
    if (known.source !== source) {
      return {
        path,
        name: text.name,
        state: "refused",
        reason: `a skill named “${text.name}” already exists, from elsewhere`,
      };
    }
    const before = await deps.store.read.skillContents(known.id);
    if (isSame(before ?? {}, contents)) return { path, name: text.name, state: "unchanged", reason };
    if (!dryRun) await changeSkill(deps, known.id, { text });
    return { path, name: text.name, state: "changed", reason };
  }
}

/** Returns the folders that have a `SKILL.md`; what is inside of one belongs to it. */
async function findFolders(root: Root): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [{ folder: "", depth: 0 }];
  for (let looked = 0; waiting.length > 0 && looked < mostFolders; looked += 1) {
    const { folder, depth } = waiting.shift() as { folder: string; depth: number };
    const { files, folders } = await root.list(folder);
    if (files.some(({ name }) => name === skillFile)) {
      found.push(folder);
      if (found.length >= skillLimits.skills) break;
      continue;
    }
    if (depth >= mostDepth) continue;
    for (const name of folders) {
      if (!skipped.has(name)) waiting.push({ folder: join(folder, name), depth: depth + 1 });
    }
  }
  return found;
}

interface FolderContents {
  readonly contents: Readonly<Record<string, SkillContent>>;
  /** What was not read, with the reason. */
  readonly left: readonly string[];
}

async function readFolder(root: Root, folder: string): Promise<FolderContents> {
  const contents: Record<string, SkillContent> = {};
  const left: string[] = [];
  const waiting = [""];
  let bytes = 0;
  while (waiting.length > 0) {
    const inner = waiting.shift() as string;
    const { files, folders, refused } = await root.list(join(folder, inner));
    left.push(...refused.map(({ path, reason }) => `${path}: ${reason}`));
    for (const name of folders) {
      const path = join(inner, name);
      if (skipped.has(name)) left.push(`${path}: such a folder is not part of a skill`);
      else if (path.split("/").length > 10) left.push(`${path}: too deep`);
      else waiting.push(path);
    }
    for (const { name, sizeBytes } of files) {
      if (Object.keys(contents).length > skillLimits.files) return { contents, left };
      const path = join(inner, name);
      if (bytes + sizeBytes > skillLimits.bytes && path !== skillFile) {
        left.push(`${path}: with it the skill has more than ${skillLimits.bytes} bytes`);
        continue;
      }
      const read = await root.readBytes(join(folder, path), skillLimits.bytes);
      if (read.state === "bytes") {
        contents[path] = toContent(read.bytes);
        bytes += read.bytes.byteLength;
      } else left.push(`${path}: ${read.state === "missing" ? "it is gone" : read.reason}`);
    }
  }
  return { contents, left };
}

function isSame(a: Readonly<Record<string, SkillContent>>, b: Readonly<Record<string, SkillContent>>): boolean {
  const sorted = (each: object) => JSON.stringify(Object.entries(each).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return sorted(a) === sorted(b);
}
