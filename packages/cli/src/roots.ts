/** Connects folders of a BlackBox5 and shows what was found there: `reef roots …`. */
import { resolve } from "node:path";
import { eachPage } from "@reef/protocol/each-page";
import type { RootWithFiles } from "@reef/protocol/root";
import { CommandError } from "./command-error.ts";
import type { Shell } from "./shell.ts";

const everyMs = 300;
const shownFiles = 200;

export interface RootsCommand {
  readonly rest: readonly string[];
  readonly here: string;
  readonly name: string | undefined;
  /** The bot that learns, by name or id. */
  readonly bot: string | undefined;
  readonly dryRun: boolean;
}

export async function runRoots(shell: Shell, { rest, here, name, bot, dryRun }: RootsCommand): Promise<void> {
  const { client, print } = shell;
  const [verb, first] = rest;
  if (verb === undefined) {
    const { items } = await client.roots();
    for (const root of items)
      print(
        `${root.name.padEnd(20)}  ${root.scan.state.padEnd(8)}  ${root.counts.tasks ?? 0} tasks  ${root.unreadableCount} unreadable  ${root.path}`,
      );
    if (items.length === 0) print("no folder is connected: reef roots add FOLDER");
    return;
  }
  if (first === undefined)
    throw new CommandError("“reef roots” takes add FOLDER, show NAME, scan NAME, learn NAME or remove NAME");
  if (verb === "add") {
    const path = resolve(here, first);
    const { id } = await client.connectRoot({ kind: "blackbox5", path, ...(name !== undefined && { name }) });
    return showRoot(shell, await whenScanned(shell, id));
  }
  const { id } = await findRoot(shell, first);
  if (verb === "show") return showRoot(shell, await client.root(id));
  if (verb === "scan") {
    await client.scanRoot(id);
    return showRoot(shell, await whenScanned(shell, id));
  }
  if (verb === "remove") {
    await client.disconnectRoot(id);
    print("disconnected; its files are as they were");
    return;
  }
  if (verb === "learn") return learn(shell, { id, bot, dryRun });
  throw new CommandError(`there is no command “reef roots ${verb}”: there are add, show, scan, learn and remove`);
}

/** Brings decisions and learnings into a bot's memory. */
async function learn(
  { client, print }: Shell,
  { id, bot, dryRun }: { readonly id: RootWithFiles["id"] } & Pick<RootsCommand, "bot" | "dryRun">,
): Promise<void> {
  if (bot === undefined) throw new CommandError("which bot learns? --bot NAME");
  const bots = [];
  for await (const page of eachPage((cursor) => client.bots({ limit: 1000, cursor }))) bots.push(...page);
  const [found, ...others] = bots.filter((each) => each.id === bot || each.name === bot);
  if (found === undefined) throw new CommandError(`there is no bot “${bot}”`);
  if (others.length > 0) throw new CommandError(`${others.length + 1} bots are named “${bot}”: use an id`);
  const report = await client.importKnowledge(id, { botId: found.id, dryRun });
  const { added, known, files, templates, redacted, unreadable } = report;
  print(`${dryRun ? "would learn" : "learned"} ${added} from ${files} files, ${known} already known`);
  print(
    `${templates} templates without words left out, ${redacted} secrets blacked out, ${unreadable.length} unreadable`,
  );
  for (const { path, reason } of unreadable.slice(0, shownFiles)) print(`  ${path}: ${reason}`);
}

async function whenScanned({ client, print, wait }: Shell, id: RootWithFiles["id"]): Promise<RootWithFiles> {
  for (let told = 0; ; ) {
    const root = await client.root(id);
    const { state, filesSeen } = root.scan;
    if (state === "done" || state === "failed") return root;
    if (filesSeen > told) print(`${filesSeen} files …`);
    told = filesSeen;
    await wait(everyMs);
  }
}

function showRoot({ print }: Shell, root: RootWithFiles): void {
  print(`${root.name}  ${root.path}`);
  print(root.id);
  if (root.scan.state === "failed") {
    print(`couldn't be scanned: ${root.scan.error ?? "unknown"}`);
    return;
  }
  if (!root.layout.isKnown) print("it doesn't look like a BlackBox5: no tasks, no 5-project-memory");
  for (const project of root.layout.projects) print(`project ${project.name}  ${project.path}`);
  for (const [kind, count] of Object.entries(root.counts)) print(`${String(count).padStart(8)}  ${kind}`);
  print(`${root.unreadableCount} unreadable`);
  for (const { path, reason } of root.unreadable.slice(0, shownFiles)) print(`  ${path}: ${reason}`);
  const more = root.unreadableCount - Math.min(shownFiles, root.unreadable.length);
  if (more > 0) print(`  … ${more} more`);
}

async function findRoot({ client }: Shell, name: string) {
  const { items } = await client.roots();
  const found = items.filter((root) => root.id === name || root.name === name || root.path === name);
  const [only, ...others] = found;
  if (only === undefined) throw new CommandError(`no folder named “${name}” is connected; “reef roots” lists them`);
  if (others.length > 0)
    throw new CommandError(`“${name}” names ${found.length} folders: use an id, or the whole path`);
  return only;
}
