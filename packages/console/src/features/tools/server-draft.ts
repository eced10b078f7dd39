/**
 * Holds an MCP server while it is edited, as the form has it, and turns it into what the API takes. Values of new secrets are no
 * part of it: they stay in their fields until they are saved (SE8).
 */

import { defaultMcpLimits } from "@reef/protocol/box-limits";
import type { McpOAuthClient, McpServer, McpTransport, McpValue, NewMcpServer } from "@reef/protocol/mcp";
import type { McpBox } from "@reef/protocol/mcp-box";

/** A variable or a header. */
export interface ValueRow {
  readonly key: string;
  readonly name: string;
  /** `secret`: one that is stored. `new`: typed here, and stored when the server is saved. */
  readonly kind: "text" | "secret" | "new";
  readonly text: string;
  readonly secret: string;
}

export interface ServerDraft {
  readonly name: string;
  readonly kind: McpTransport["kind"];
  readonly command: string;
  /** One a line. */
  readonly args: string;
  readonly url: string;
  readonly env: readonly ValueRow[];
  readonly headers: readonly ValueRow[];
  readonly idleSeconds: string;
  readonly timeoutSeconds: string;
  /** Every public address, in place of the hosts below. */
  readonly isPublic: boolean;
  /** Hosts, and folders of the machine: one a line. */
  readonly network: string;
  readonly readFolders: string;
  readonly writeFolders: string;
  readonly sampling: boolean;
  /** Whether people sign in at it. The form does not change this. */
  readonly signIn: boolean | undefined;
  /** A client of one's own for signing in; empty if Reef registers itself. */
  readonly clientId: string;
  /** A row of the kind `text` is no secret. */
  readonly clientSecret: ValueRow;
  readonly scope: string;
}

/** Begins the name of the secret that is stored for it. */
const clientSecretName = "client-secret";

export function emptyRow(key: string): ValueRow {
  return { key, name: "", kind: "text", text: "", secret: "" };
}

export function draftOf(server: McpServer | null): ServerDraft {
  const transport = server?.transport;
  return {
    name: server?.name ?? "",
    kind: transport?.kind ?? "http",
    command: transport?.kind === "stdio" ? transport.command : "",
    args: transport?.kind === "stdio" ? transport.args.join("\n") : "",
    url: transport?.kind === "http" ? transport.url : "",
    env: transport?.kind === "stdio" ? rowsOf(transport.env) : [],
    headers: transport?.kind === "http" ? rowsOf(transport.headers) : [],
    idleSeconds: String((server?.idleMs ?? 300_000) / 1000),
    timeoutSeconds: String((server?.timeoutMs ?? 300_000) / 1000),
    ...boxOf(server?.box),
    sampling: server?.sampling ?? false,
    ...clientOf(transport),
  };
}

function clientOf(
  transport: McpTransport | undefined,
): Pick<ServerDraft, "signIn" | "clientId" | "clientSecret" | "scope"> {
  const { signIn, oauth } = transport?.kind === "http" ? transport : {};
  const row = { ...emptyRow(clientSecretName), name: clientSecretName };
  const secret = oauth?.clientSecret?.secret;
  return {
    signIn,
    clientId: oauth?.clientId ?? "",
    clientSecret: secret === undefined ? row : { ...row, kind: "secret", secret },
    scope: oauth?.scope ?? "",
  };
}

/** Returns the rows whose secrets are stored when the server is saved. */
export function newSecrets(draft: ServerDraft): readonly ValueRow[] {
  const isOwnClient = draft.kind === "http" && draft.clientId.trim() !== "";
  const rows = draft.kind === "http" ? [...draft.headers, ...(isOwnClient ? [draft.clientSecret] : [])] : draft.env;
  return rows.filter(({ kind }) => kind === "new");
}

function draftToClient(draft: ServerDraft, secretByRow: ReadonlyMap<string, string>): McpOAuthClient | undefined {
  const clientId = draft.clientId.trim();
  if (clientId === "") return undefined;
  const value = toValue(draft.clientSecret, secretByRow);
  const scope = draft.scope.trim();
  return { clientId, ...(typeof value !== "string" && { clientSecret: value }), ...(scope !== "" && { scope }) };
}

/** `secretByRow` names the secrets that were stored for rows of the kind `new`. */
export function draftToServer(
  draft: ServerDraft,
  secretByRow: ReadonlyMap<string, string>,
  /** The server as it is stored; null for a new one. */
  before: Pick<McpServer, "box"> | null = null,
): NewMcpServer {
  const values = (rows: readonly ValueRow[]): Record<string, McpValue> =>
    Object.fromEntries(
      rows.filter(({ name }) => name.trim() !== "").map((row) => [row.name.trim(), toValue(row, secretByRow)]),
    );
  const oauth = draftToClient(draft, secretByRow);
  const transport: McpTransport =
    draft.kind === "http"
      ? {
          kind: "http",
          url: draft.url.trim(),
          headers: values(draft.headers),
          ...(draft.signIn !== undefined && { signIn: draft.signIn }),
          ...(oauth !== undefined && { signIn: true, oauth }),
        }
      : { kind: "stdio", command: draft.command.trim(), args: linesOf(draft.args), env: values(draft.env) };
  return {
    name: draft.name.trim(),
    transport,
    idleMs: Math.round(Number(draft.idleSeconds) * 1000),
    timeoutMs: Math.round(Number(draft.timeoutSeconds) * 1000),
    sampling: draft.sampling,
    ...(draft.kind === "stdio" && { box: { ...limitsOf(before?.box), ...draftToBox(draft) } }),
  };
}

function boxOf(box: McpBox | undefined) {
  const folders = (write: boolean): string =>
    (box?.folders ?? [])
      .filter((each) => each.write === write)
      .map(({ path }) => path)
      .join("\n");
  return {
    isPublic: box?.network === "public",
    network: Array.isArray(box?.network) ? box.network.join("\n") : "",
    readFolders: folders(false),
    writeFolders: folders(true),
  };
}

function draftToBox({
  isPublic,
  network,
  readFolders,
  writeFolders,
}: ServerDraft): Pick<McpBox, "network" | "folders"> {
  const folders = (text: string, write: boolean) =>
    named(text).map((path) => ({ path: path.replace(/(?<=.)\/+$/, ""), write }));
  return {
    network: isPublic ? "public" : named(network.toLowerCase()),
    folders: [...folders(readFolders, false), ...folders(writeFolders, true)],
  };
}

/** What the form does not show stays; of a new server, the API knows the defaults. */
function limitsOf(box: McpBox | undefined): Pick<McpBox, "memoryMb" | "processes" | "diskMb"> {
  const { memoryMb, processes, diskMb } = box ?? defaultMcpLimits;
  return { memoryMb, processes, diskMb };
}

/** Returns the lines that hold something, each once. */
function named(text: string): string[] {
  return [
    ...new Set(
      text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== ""),
    ),
  ];
}

/** True if what is saved is reached in another way, or named otherwise: its tools are then approved again. */
export function isOtherServer(before: McpServer | null, after: McpServer): boolean {
  if (before === null || before.name !== after.name) return true;
  return JSON.stringify(before.transport) !== JSON.stringify(after.transport);
}

/** Returns a name for a new secret that no other has, such as `github-TOKEN`. */
export function freeSecretName(wanted: string, taken: ReadonlySet<string>): string {
  const base =
    wanted
      .replace(/[^A-Za-z0-9._]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 90) || "secret";
  let name = base;
  for (let n = 2; taken.has(name); n += 1) name = `${base}-${n}`;
  return name;
}

/** Returns what a person cannot save, by the name of its field; empty if all is well. */
export function problemsOf(draft: ServerDraft): readonly string[] {
  const rows = draft.kind === "http" ? draft.headers : draft.env;
  const names = rows.map(({ name }) => name.trim()).filter((name) => name !== "");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  const what = draft.kind === "http" ? "header" : "variable";
  const nameless = rows.some(({ name, text, kind }) => name.trim() === "" && (text !== "" || kind !== "text"));
  return [
    ...(twice === undefined ? [] : [`The ${what} ${twice} is there twice.`]),
    ...(nameless ? [`A ${what} has no name.`] : []),
  ];
}

/** An argument may hold spaces; an empty last line is none. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\r\n/g, "\n").replace(/\n+$/, "").split("\n");
}

function rowsOf(values: Readonly<Record<string, McpValue>>): readonly ValueRow[] {
  return Object.entries(values).map(([name, value]) => ({
    ...emptyRow(name),
    name,
    ...(typeof value === "string" ? { text: value } : { kind: "secret" as const, secret: value.secret }),
  }));
}

function toValue({ key, kind, text, secret }: ValueRow, secretByRow: ReadonlyMap<string, string>): McpValue {
  if (kind === "text") return text;
  return { secret: kind === "secret" ? secret : (secretByRow.get(key) ?? secret) };
}
