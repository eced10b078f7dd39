/**
 * Finds out, at the start, whether this machine can run commands in a box, by running one. What is missing is said in a
 * sentence with what to do; there is no other way to run a command, so nothing ever runs outside a box (TO4).
 */
import { execFile } from "node:child_process";
import {
  access,
  chmod,
  constants,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { defaultBoxLimits } from "@reef/protocol/box-limits";
import { boxArguments, prepareFolder } from "./arguments.ts";
import type { Box, NoBox } from "./box.ts";
import { startOf } from "./process-tree.ts";

const run = promisify(execFile);

export interface ProbeOptions {
  /** Folders in which programs are looked for. */
  readonly programFolders?: readonly string[];
  /** Folders that no box may show: Reef's data. */
  readonly hidden?: readonly string[];
}

const oldestBwrap = [0, 8] as const;
const probeTimeoutMs = 20_000;
const folderPrefix = "reef-box-";
/** The folders of the machine that a box shows, apart from single files and certificates. */
const shown = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc"];

/** Contract: never rejects. A ready box's folder is removed by `closeBox`. */
export async function probeBox({
  programFolders = ["/usr/bin", "/usr/local/bin", "/bin"],
  hidden = [],
}: ProbeOptions = {}): Promise<Box | NoBox> {
  if (process.platform !== "linux")
    return none(`commands run in a box of Linux's bubblewrap, and this is ${process.platform}`);
  const find = (name: string) => findProgram(programFolders, name);
  const bwrapPath = await find("bwrap");
  if (bwrapPath === null)
    return none(
      "bubblewrap is not installed: install it, on Debian with `sudo apt-get install bubblewrap`, and restart Reef",
    );
  const version = await readVersion(bwrapPath);
  if (version === null || !isNewEnough(version))
    return none(
      `bubblewrap ${version ?? "of an unknown version"} is too old: version ${oldestBwrap.join(".")} or newer is needed`,
    );
  if (!(await showsChildren()))
    return none(
      "this kernel does not list the processes of a box (CONFIG_PROC_CHILDREN), so they could not be limited",
    );
  for (const path of hidden) {
    const real = await realpath(path).catch(() => path);
    if (shown.some((folder) => `${real}/`.startsWith(`${folder}/`)))
      return none(`commands see ${real} in their box, where Reef keeps its data: move the data folder (REEF_DATA)`);
  }
  const owner = process.getuid?.() === 0 ? { uid: 62_180, gid: 62_180 } : null;
  await removeLeft();
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  if (owner !== null) await chmod(folder, 0o711);
  const bash = (await exists("/bin/bash")) ? "/bin/bash" : "/bin/sh";
  const box: Box = {
    state: "ready",
    bwrapPath,
    shellPath: bash,
    ripgrepPath: (await exists("/usr/bin/rg")) ? "/usr/bin/rg" : null,
    nodePath: await realpath(process.execPath),
    system: await systemArguments(),
    npmPath: await npmBeside(await realpath(process.execPath)),
    owner,
    folder,
  };
  const problem = await tryBox(box);
  if (problem === null) return box;
  await closeBox(box);
  return none(`bubblewrap is installed but cannot create a box here: ${problem}`);
}

/** Removes folders of processes that were killed. */
async function removeLeft(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = new RegExp(`^${folderPrefix}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || startOf(Number(pid)) !== null) continue;
    const path = join(tmpdir(), name);
    const { uid } = await lstat(path).catch(() => ({ uid: -1 }));
    if (uid === process.getuid?.()) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Removes what the probe created. */
export async function closeBox(box: Box | NoBox): Promise<void> {
  if (box.state === "ready") await rm(box.folder, { recursive: true, force: true });
}

/** Returns why a command cannot run in a box; null if one did. */
async function tryBox(box: Box): Promise<string | null> {
  try {
    await prepareFolder(box);
    const [program = "", ...rest] = boxArguments(box, {
      root: box.folder,
      isReadOnly: true,
      limits: defaultBoxLimits,
      fileBytes: 0,
      proxySocket: null,
      cwd: "/work",
      argv: ["/bin/sh", "-c", "echo in the box"],
      infoFd: null,
    });
    const { stdout } = await run(program, rest, { timeout: probeTimeoutMs, killSignal: "SIGKILL", env: {} });
    return stdout === "in the box\n" ? null : `it answered ${JSON.stringify(stdout.slice(0, 100))}`;
  } catch (error) {
    const {
      stderr = "",
      message,
      code,
    } = error as Error & { readonly stderr?: string; readonly code?: string | number };
    if (code === "ENOENT")
      return "when Reef runs as root, it needs unshare, mount and setpriv (util-linux) in /usr/bin";
    const text = (stderr.trim() || message).replaceAll(/\s+/g, " ").slice(0, 300);
    const isDenied = /permission|permitted|namespace|No space left|uid map/i.test(text);
    return isDenied
      ? `${text}. In a container, allow user namespaces for it; on Ubuntu, give bwrap an AppArmor profile that allows them`
      : text;
  }
}

/** Shows /usr and what of /etc programs need; never the rest of /etc, /home, /root, /var, /sys or Reef's data. */
async function systemArguments(): Promise<readonly string[]> {
  const found: string[] = ["--ro-bind", "/usr", "/usr"];
  for (const path of ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]) {
    const at = await lstat(path).catch(() => null);
    if (at?.isSymbolicLink()) found.push("--symlink", await readlink(path), path);
    else if (at?.isDirectory()) found.push("--ro-bind", path, path);
  }
  for (const name of etcNames) found.push("--ro-bind-try", `/etc/${name}`, `/etc/${name}`);
  return found;
}

/** Returns the folder of an npm such as nvm's, which is beside Node and not in the system; null if there is none. */
async function npmBeside(node: string): Promise<string | null> {
  const npm = join(dirname(dirname(node)), "lib/node_modules/npm");
  if (shown.some((folder) => npm.startsWith(`${folder}/`))) return null;
  return (await exists(join(npm, "bin/npx-cli.js"))) ? npm : null;
}

const etcNames = [
  "alternatives",
  "ca-certificates",
  "ca-certificates.conf",
  "chromium",
  "chromium.d",
  "crypto-policies",
  "fonts",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "mime.types",
  "pki/ca-trust",
  "pki/tls/certs",
  "protocols",
  "services",
  "ssl/certs",
  "ssl/openssl.cnf",
  "timezone",
];

async function findProgram(folders: readonly string[], name: string): Promise<string | null> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}

async function readVersion(path: string): Promise<string | null> {
  const answer = await run(path, ["--version"], { timeout: probeTimeoutMs, env: {} }).catch(() => null);
  return /\d+\.\d+(\.\d+)?/.exec(answer?.stdout ?? "")?.[0] ?? null;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestBwrap[0] || (major === oldestBwrap[0] && minor >= oldestBwrap[1]);
}

async function showsChildren(): Promise<boolean> {
  return (await readFile(`/proc/${process.pid}/task/${process.pid}/children`).catch(() => null)) !== null;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

function none(reason: string): NoBox {
  return { state: "unavailable", reason };
}
