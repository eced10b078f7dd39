/**
 * Lists well-known MCP servers as data, with what each needs. `tried` is true only for what ran in a box of this version
 * of Reef, or over HTTP against the real service; everything else is marked as untried.
 */
import { AppError } from "@reef/protocol/error";
import { type McpServerName, NewMcpServer } from "@reef/protocol/mcp";
import type { McpCatalogueEntry, McpCatalogueInput } from "@reef/protocol/mcp-catalogue";

const npm = ["registry.npmjs.org"];
const pypi = ["pypi.org", "files.pythonhosted.org"];
const reference = "https://github.com/modelcontextprotocol/servers/tree/main/src";

function npx(name: string, args: readonly string[], box: object = {}): McpCatalogueEntry["server"] {
  return { name, transport: { kind: "stdio", command: "npx", args: ["-y", ...args] }, box: { network: npm, ...box } };
}

function uvx(name: string, args: readonly string[], box: object = {}): McpCatalogueEntry["server"] {
  return { name, transport: { kind: "stdio", command: "uvx", args }, box: { network: pypi, ...box } };
}

const folder: McpCatalogueInput = {
  name: "folder",
  label: "Folder",
  kind: "folder",
  hint: "A folder of the machine that Reef runs on. Bots can read and change everything in it.",
};

const needsUvx = "Started by uvx, from PyPI.";
const signIn = "You sign in at its page after setting it up.";

/** A service that asks people to sign in. */
function signedIn(name: string, title: string, description: string, url: string): McpCatalogueEntry {
  const server = { name, transport: { kind: "http", url, signIn: true } };
  return { name, title, description, homepage: new URL(url).origin, tried: false, note: signIn, inputs: [], server };
}

export const mcpCatalogue: readonly McpCatalogueEntry[] = [
  {
    name: "filesystem",
    title: "Files",
    description: "Reads, writes, edits and searches files in a folder of the machine.",
    homepage: `${reference}/filesystem`,
    tried: true,
    note: null,
    inputs: [folder],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a place for an answer
    server: npx("files", ["@modelcontextprotocol/server-filesystem@2026.8.31", "${folder}"], {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a place for an answer
      folders: [{ path: "${folder}", write: true }],
    }),
  },
  {
    name: "playwright",
    title: "Browser",
    description: "Opens pages in a browser without a window, reads them, clicks and types.",
    homepage: "https://github.com/microsoft/playwright-mcp",
    tried: true,
    note: "Needs Chromium as /usr/bin/chromium; tried with Debian's. Its box is the browser's sandbox, and it reaches every public address.",
    inputs: [],
    server: npx(
      "browser",
      ["@playwright/mcp@0.0.83", "--executable-path", "/usr/bin/chromium", "--headless", "--isolated", "--no-sandbox"],
      { network: "public", memoryMb: 8_000, processes: 512 },
    ),
  },
  {
    name: "memory",
    title: "Knowledge graph",
    description:
      "Keeps entities and relations in a file. Reef's own memory needs no server; this is one that bots can share.",
    homepage: `${reference}/memory`,
    tried: true,
    note: null,
    inputs: [],
    server: {
      ...npx("graph", ["@modelcontextprotocol/server-memory@2026.8.31"]),
      transport: {
        kind: "stdio",
        command: "npx",
        args: ["-y", "@modelcontextprotocol/server-memory@2026.8.31"],
        env: { MEMORY_FILE_PATH: "/work/memory.jsonl" },
      },
    },
  },
  {
    name: "sequential-thinking",
    title: "Sequential thinking",
    description: "Lets a model write down thoughts step by step, and revise them.",
    homepage: `${reference}/sequentialthinking`,
    tried: true,
    note: null,
    inputs: [],
    server: npx("thinking", ["@modelcontextprotocol/server-sequential-thinking@2026.8.31"]),
  },
  {
    name: "everything",
    title: "Everything",
    description: "Shows every part of the protocol: for trying it out.",
    homepage: `${reference}/everything`,
    tried: true,
    note: null,
    inputs: [],
    server: npx("everything", ["@modelcontextprotocol/server-everything@2026.8.31"]),
  },
  {
    name: "fetch",
    title: "Fetch",
    description: "Reads web pages as Markdown. A bot's own box does that too.",
    homepage: `${reference}/fetch`,
    tried: false,
    note: needsUvx,
    inputs: [],
    server: uvx("fetch", ["mcp-server-fetch"], { network: "public" }),
  },
  {
    name: "git",
    title: "Git",
    description: "Reads and commits in a Git repository of the machine.",
    homepage: `${reference}/git`,
    tried: false,
    note: needsUvx,
    inputs: [folder],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a place for an answer
    server: uvx("git", ["mcp-server-git", "--repository", "${folder}"], {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a place for an answer
      folders: [{ path: "${folder}", write: true }],
    }),
  },
  {
    name: "github",
    title: "GitHub",
    description: "Issues, pull requests and code on GitHub, through GitHub's own service.",
    homepage: "https://github.com/github/github-mcp-server",
    tried: false,
    note: null,
    inputs: [
      {
        name: "mcp-github-token",
        label: "Access token",
        kind: "secret",
        hint: "“Bearer ” and a personal access token: Bearer github_pat_…",
      },
    ],
    server: {
      name: "github",
      transport: {
        kind: "http",
        url: "https://api.githubcopilot.com/mcp/",
        headers: { Authorization: { secret: "mcp-github-token" } },
      },
    },
  },
  {
    name: "context7",
    title: "Context7",
    description: "Current documentation of programming libraries.",
    homepage: "https://context7.com",
    tried: false,
    note: null,
    inputs: [],
    server: { name: "context7", transport: { kind: "http", url: "https://mcp.context7.com/mcp" } },
  },
  signedIn("notion", "Notion", "Pages and databases in Notion.", "https://mcp.notion.com/mcp"),
  signedIn("linear", "Linear", "Issues and projects in Linear.", "https://mcp.linear.app/mcp"),
  signedIn("sentry", "Sentry", "Errors and their traces in Sentry.", "https://mcp.sentry.dev/mcp"),
  {
    name: "postgres",
    title: "PostgreSQL",
    description: "Queries a PostgreSQL database, without changing it.",
    homepage: "https://www.npmjs.com/package/@modelcontextprotocol/server-postgres",
    tried: false,
    note: "A box has no way to a database: this runs only where the owner allows programs outside of boxes (REEF_MCP_UNBOXED=1). Its authors have archived it.",
    inputs: [{ name: "url", label: "Address", kind: "text", hint: "postgres://reader@localhost/shop" }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a place for an answer
    server: npx("postgres", ["@modelcontextprotocol/server-postgres", "${url}"]),
  },
];

/** Puts the answers in their places. Throws `invalid_request` for one that is missing, unknown or does not fit. */
export function fillEntry(
  entry: McpCatalogueEntry,
  { answers, name }: { readonly answers: Readonly<Record<string, string>>; readonly name?: McpServerName | undefined },
): NewMcpServer {
  const refuse = (path: string, message: string) =>
    new AppError("invalid_request", message, { fields: [{ path: `answers.${path}`, message }] });
  for (const { name: input, label } of entry.inputs) {
    if (answers[input] === undefined) throw refuse(input, `“${label}” is missing`);
  }
  const unknown = Object.keys(answers).find((key) => !entry.inputs.some((input) => input.name === key));
  if (unknown !== undefined) throw refuse(unknown, `“${entry.title}” has no such input`);
  const places = entry.inputs.filter(({ kind }) => kind !== "secret").map((input) => input.name);
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") {
      return places.reduce((text, place) => text.replaceAll(`\${${place}}`, () => answers[place] ?? ""), value);
    }
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)]));
  };
  const parsed = NewMcpServer.safeParse({ ...(fill(entry.server) as object), ...(name === undefined ? {} : { name }) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(entry.inputs[0]?.name ?? "", issue?.message ?? "the answers do not fit");
}
