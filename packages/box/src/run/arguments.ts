/**
 * Writes the command line that starts a box. Inside there is the system read-only, /work, a small /tmp, and no network
 * but the proxy's socket. When Reef is root the box is not: private folders are mounted where the box's user reaches
 * them, in a mount namespace of their own, and the rights are given up before bubblewrap starts. A user namespace alone
 * would not do: root without capabilities still writes what root owns below /proc/sys.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BoxLimits } from "@reef/protocol/box";
import { boxRoot } from "../workspace/relative-path.ts";
import type { Box } from "./box.ts";
import { relayCommand, relayPort } from "./relay.ts";

/** One command in a box. */
export interface BoxCommand {
  /** The folder that the command sees as /work. */
  readonly root: string;
  readonly isReadOnly: boolean;
  readonly limits: BoxLimits;
  /** The largest file that it may write, in bytes. */
  readonly fileBytes: number;
  /** The socket of the proxy, as the host sees it; null for no network. */
  readonly proxySocket: string | null;
  /** A path in the box. */
  readonly cwd: string;
  readonly argv: readonly string[];
  /** The descriptor on which bubblewrap says the pid of the box's first process. */
  readonly infoFd: number | null;
  /** More folders and files of the machine that the box shows. */
  readonly mounts?: readonly BoxMount[];
  /** The home folder; /tmp if left out. */
  readonly home?: string;
  /** The descriptor with more of bubblewrap's arguments: what no command line may show, such as secrets. */
  readonly argumentsFd?: number;
  /** Whether errors stay apart from output; they come with it if left out. */
  readonly hasErrors?: boolean;
}

export interface BoxMount {
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
  readonly kind: "folder" | "file";
}

const idInBox = "1000";
const socketInBox = "/run/reef/proxy.sock";
const nodeInBox = "/opt/reef/bin/node";
const mb = 1_000_000;

/**
 * Sets the limits as a shell can, lets Reef go first where the processor is short, closes what Reef's own parent left open (of which Bash alone can name every
 * descriptor), then becomes the command. A file that grows too large is an error of the write, not the end of the
 * command. Its own errors go to stderr; the command's go with its output.
 */
const limitScript = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
  'if [ -n "$BASH_VERSION" ]; then for f in /proc/self/fd/*; do f=${f##*/};',
  '[ "$f" -le 2 ] || eval "exec $f>&-"; done; fi;',
  'trap "" XFSZ && ulimit -c 0 && ulimit -d "$1" && ulimit -f "$2" && ulimit -n 1024 &&',
  '{ ulimit -u "$3" 2>/dev/null || ulimit -p "$3"; } || { echo "the limits could not be set" >&2; exit 125; };',
  'cd -- "$4" || exit 125; shift 4; exec nice -n 10 "$@"',
].join(" ");

const withOutput = `${limitScript} 2>&1`;

/** Mounts each pair of source and target, then becomes the rest. */
const mountScript = 'while [ "$1" != -- ]; do mount -n --bind "$1" "$2" || exit 125; shift 2; done; shift; exec "$@"';

/** Creates what the command lines below name, which a cleaner of /tmp may have removed. */
export async function prepareFolder({ folder }: Pick<Box, "folder">, mounts: readonly BoxMount[] = []): Promise<void> {
  await mkdir(join(folder, "work"), { recursive: true, mode: 0o711 });
  await writeFile(join(folder, "node"), "", { flag: "a" });
  for (let at = 0; at < mounts.length; at += 1) {
    const path = join(folder, placeOf(mounts[at] as BoxMount, at));
    if (mounts[at]?.kind === "folder") await mkdir(path, { recursive: true, mode: 0o711 });
    else await writeFile(path, "", { flag: "a" });
  }
  await writeFile(
    join(folder, "passwd"),
    `bot:x:${idInBox}:${idInBox}:bot:/tmp:/bin/sh\nroot:x:0:0:root:/:/bin/false\n`,
  );
  await writeFile(join(folder, "group"), `bot:x:${idInBox}:\nroot:x:0:\n`);
  await writeFile(join(folder, "hosts"), "127.0.0.1 localhost\n::1 localhost\n");
}

/** Returns the program and its arguments. */
export function boxArguments(box: Box, command: BoxCommand): readonly string[] {
  const { owner, folder } = box;
  const more = command.mounts ?? [];
  if (owner === null) return inner(box, command, { work: command.root, node: box.nodePath, mounts: more });
  // Each start has a mount namespace of its own, so all of them can use the same places.
  const seen = {
    work: join(folder, "work"),
    node: join(folder, "node"),
    mounts: more.map((mount, at) => ({ ...mount, source: join(folder, placeOf(mount, at)) })),
  };
  const pairs = more.flatMap(({ source }, at) => [source, seen.mounts[at]?.source ?? ""]);
  const mounts = [command.root, seen.work, box.nodePath, seen.node, ...pairs];
  const drop = [
    "setpriv",
    "--reuid",
    `${owner.uid}`,
    "--regid",
    `${owner.gid}`,
    "--clear-groups",
    "--no-new-privs",
    "--",
  ];
  const within = ["/bin/sh", "-c", mountScript, "sh", ...mounts, "--", ...drop];
  return ["/usr/bin/unshare", "--mount", "--propagation", "private", "--", ...within, ...inner(box, command, seen)];
}

function placeOf({ kind }: BoxMount, at: number): string {
  return `${kind}-${at}`;
}

function inner(
  box: Box,
  command: BoxCommand,
  { work, node, mounts }: { readonly work: string; readonly node: string; readonly mounts: readonly BoxMount[] },
): readonly string[] {
  const { limits, proxySocket } = command;
  const tmpBytes = String(Math.min(Math.floor(limits.memoryMb / 2), 512) * mb);
  const argv = proxySocket === null ? command.argv : relayCommand(nodeInBox, socketInBox, command.argv);
  return [
    box.bwrapPath,
    ...["--unshare-user", "--disable-userns", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"],
    ...["--unshare-cgroup-try", "--uid", idInBox, "--gid", idInBox, "--hostname", "box"],
    ...["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"],
    ...box.system,
    ...["passwd", "group", "hosts"].flatMap((name) => ["--ro-bind", join(box.folder, name), `/etc/${name}`]),
    ...["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"],
    ...["--dev", "/dev", "--size", String(64 * mb), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"],
    ...["--size", tmpBytes, "--tmpfs", "/tmp", "--ro-bind", node, nodeInBox],
    ...(proxySocket === null ? [] : ["--ro-bind", proxySocket, socketInBox]),
    ...[command.isReadOnly ? "--ro-bind" : "--bind", work, boxRoot],
    ...mounts.flatMap(({ source, target, isReadOnly }) => [isReadOnly ? "--ro-bind" : "--bind", source, target]),
    ...environmentOf(command.home ?? "/tmp", proxySocket !== null).flatMap(([name, value]) => [
      "--setenv",
      name,
      value,
    ]),
    ...(command.argumentsFd === undefined ? [] : ["--args", String(command.argumentsFd)]),
    ...["--remount-ro", "/"],
    ...(command.infoFd === null ? [] : ["--info-fd", String(command.infoFd)]),
    "--",
    ...(box.shellPath.endsWith("bash") ? [box.shellPath, "--posix"] : [box.shellPath]),
    ...["-c", command.hasErrors === true ? limitScript : withOutput, "sh", String(limits.memoryMb * 1_000)],
    // In blocks of 512 bytes, as POSIX counts.
    ...[String(Math.floor(command.fileBytes / 512)), String(limits.processes), command.cwd],
    ...argv,
  ];
}

function environmentOf(home: string, hasNetwork: boolean): readonly (readonly [string, string])[] {
  const proxy = `http://127.0.0.1:${relayPort}`;
  const proxyNames = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];
  return [
    ["PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/opt/reef/bin"],
    ["HOME", home],
    ["TMPDIR", "/tmp"],
    ["USER", "bot"],
    ["LANG", "C.UTF-8"],
    ["TERM", "xterm-256color"],
    ...(hasNetwork
      ? [
          ...proxyNames.map((name) => [name, proxy] as const),
          ["no_proxy", "localhost,127.0.0.1,::1"] as const,
          ["NO_PROXY", "localhost,127.0.0.1,::1"] as const,
          ["NODE_USE_ENV_PROXY", "1"] as const,
        ]
      : []),
  ];
}
