/**
 * Writes the files of skills to disk, where the boxes of bots show them read-only. A folder is named by what is in it, so
 * it never changes: a command that runs keeps seeing the version that it began with.
 */
import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Store } from "@reef/engine/port/store";
import { skillsOfBot } from "@reef/engine/skill/skills";
import type { BotId } from "@reef/protocol/ids";
import type { Skill } from "@reef/protocol/skill";

export interface ShownSkill {
  readonly name: string;
  /** The folder with its files. */
  readonly path: string;
}

export interface SkillFolders {
  /** Writes what is missing, and returns the folders of the bot's skills. */
  foldersFor(botId: BotId): Promise<readonly ShownSkill[]>;
}

/** Removes what an earlier run left: everything is written again when it is needed. */
export async function openSkillFolders(store: Store, dataFolder: string): Promise<SkillFolders> {
  const folder = join(dataFolder, "skills");
  await rm(folder, { recursive: true, force: true });
  const byVersion = new Map<string, Promise<string>>();

  const write = async (skill: Skill): Promise<string> => {
    const contents = (await store.read.skillContents(skill.id)) ?? {};
    const hash = createHash("sha256").update(JSON.stringify(contents)).digest("hex").slice(0, 16);
    const path = join(folder, `${skill.id}-${hash}`);
    if ((await lstat(path).catch(() => null)) !== null) return path;
    await mkdir(folder, { recursive: true, mode: 0o711 });
    const part = await mkdtemp(join(folder, "part-"));
    for (const [inner, content] of Object.entries(contents)) {
      const file = join(part, inner);
      await mkdir(dirname(file), { recursive: true, mode: 0o755 });
      const bytes = "text" in content ? content.text : Buffer.from(content.base64, "base64");
      // Scripts begin with the name of their interpreter.
      const isScript = "text" in content && content.text.startsWith("#!");
      await writeFile(file, bytes, { mode: isScript ? 0o755 : 0o644 });
    }
    await chmod(part, 0o755);
    await rename(part, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      await rm(part, { recursive: true, force: true });
    });
    await forgetOlder(skill.id, path);
    return path;
  };

  /** The newest but one stays for commands that are about to start. */
  const forgetOlder = async (id: string, current: string) => {
    const names = (await readdir(folder)).filter((name) => name.startsWith(`${id}-`));
    const others = names.map((name) => join(folder, name)).filter((path) => path !== current);
    for (const path of others.slice(0, -3)) await rm(path, { recursive: true, force: true });
  };

  return {
    async foldersFor(botId) {
      const skills = await skillsOfBot({ store }, botId);
      return await Promise.all(
        skills.map(async (skill) => {
          const version = `${skill.id} ${skill.updatedAt}`;
          const writing = byVersion.get(version) ?? write(skill);
          if (byVersion.size > 1_000) byVersion.clear();
          byVersion.set(version, writing);
          writing.catch(() => byVersion.delete(version));
          return { name: skill.name, path: await writing };
        }),
      );
    },
  };
}
