/** Connects folders of a BlackBox5 and shows what was found there: `reef roots …`. */
import { resolve } from "node:path";
import type { RootWithFiles } from "@reef/protocol/root";
import { CommandError } from "./command-error.ts";
import type { Shell } from "./shell.ts";

const everyMs = 300;
const shownFiles = 200;

export async function runRoots(
  shell: Shell,
  { rest, here, name }: { readonly rest: readonly string[]; readonly here: string; readonly name: string | undefined },
): Promise<void> {
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
  if (first === undefined) throw new CommandError("“reef roots” takes add FOLDER, show NAME, scan NAME or remove NAME");
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
  throw new CommandError(`there is no command “reef roots ${verb}”: there are add, show, scan and remove`);
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
