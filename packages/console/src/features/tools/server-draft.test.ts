/** Tests how the form's draft of an MCP server becomes what the API takes. */
import { type McpServer, NewMcpServer } from "@reef/protocol/mcp";
import { expect, test } from "vitest";
import {
  draftOf,
  draftToServer,
  emptyRow,
  freeSecretName,
  isOtherServer,
  newSecrets,
  problemsOf,
} from "./server-draft.ts";

const noSecrets = new Map<string, string>();

test("a program has an argument a line, with its spaces, and its variables", () => {
  const draft = {
    ...draftOf(null),
    name: " files ",
    kind: "stdio" as const,
    command: "npx",
    args: "-y\na path\n\n",
    env: [{ ...emptyRow("1"), name: "A", text: "b" }, emptyRow("2")],
    network: " PyPI.org \n\npypi.org",
    readFolders: "/srv/data/",
    writeFolders: "/home/me/notes\n",
  };
  const folders = [
    { path: "/srv/data", write: false },
    { path: "/home/me/notes", write: true },
  ];
  const made = draftToServer(draft, noSecrets);
  expect(made).toEqual({
    name: "files",
    transport: { kind: "stdio", command: "npx", args: ["-y", "a path"], env: { A: "b" } },
    idleMs: 300_000,
    timeoutMs: 300_000,
    sampling: false,
    box: { network: ["pypi.org"], folders, memoryMb: 2_048, processes: 256, diskMb: 2_048 },
  });
  expect(NewMcpServer.safeParse(made).success).toBe(true);
});

test("SE8: a header names its secret, stored before or just now, and never holds its value", () => {
  const draft = {
    ...draftOf(null),
    name: "web",
    url: "https://mcp.example.org",
    headers: [
      { ...emptyRow("a"), name: "Authorization", kind: "secret" as const, secret: "old" },
      { ...emptyRow("b"), name: "X-Key", kind: "new" as const },
    ],
  };
  const { transport } = draftToServer(draft, new Map([["b", "web-X-Key"]]));
  expect(transport).toEqual({
    kind: "http",
    url: "https://mcp.example.org",
    headers: { Authorization: { secret: "old" }, "X-Key": { secret: "web-X-Key" } },
  });
});

test("a stored server goes through the form unchanged", () => {
  const transport = { kind: "stdio" as const, command: "x", args: ["a b", "c"], env: { K: { secret: "s" }, L: "" } };
  const box = { network: "public" as const, folders: [], memoryMb: 8_000, processes: 512, diskMb: 100 };
  const fields = { name: "x", transport, idleMs: 1_500, timeoutMs: 2_000, box, sampling: true };
  const server = fields as unknown as McpServer;
  expect(draftToServer(draftOf(server), noSecrets, server)).toEqual(fields);
  expect(isOtherServer(server, { ...server, idleMs: 9_000 })).toBe(false);
  expect(isOtherServer(server, { ...server, transport: { ...transport, args: [] } })).toBe(true);
});

test("a name that stands twice, or a value without one, is said before anything is sent", () => {
  const row = { ...emptyRow("1"), name: "A" };
  expect(problemsOf({ ...draftOf(null), headers: [row, { ...row, key: "2" }] })).toEqual([
    "The header A is there twice.",
  ]);
  expect(problemsOf({ ...draftOf(null), headers: [{ ...row, name: " ", text: "v" }] })).toEqual([
    "A header has no name.",
  ]);
  expect(problemsOf({ ...draftOf(null), headers: [emptyRow("1")] })).toEqual([]);
});

test("a new secret gets a name that is free and allowed", () => {
  expect(freeSecretName("github-TOKEN", new Set())).toBe("github-TOKEN");
  expect(freeSecretName("git hub/é-TOKEN", new Set(["git-hub-TOKEN"]))).toBe("git-hub-TOKEN-2");
  expect(freeSecretName("é", new Set())).toBe("secret");
});

test("a sign-in and a client of one's own survive an edit, and a secret is only named", () => {
  const transport = {
    kind: "http" as const,
    url: "https://a.example/mcp",
    headers: {},
    signIn: true,
    oauth: { clientId: "reef", clientSecret: { secret: "kept" }, scope: "a b" },
  };
  const draft = draftOf({ transport, name: "a", idleMs: 1_000, timeoutMs: 1_000, sampling: false } as never);
  expect(draftToServer(draft, new Map()).transport).toEqual(transport);
  const typed = { ...draft, clientSecret: { ...draft.clientSecret, kind: "new" as const } };
  expect(newSecrets(typed).map(({ key }) => key)).toEqual(["client-secret"]);
  expect(draftToServer(typed, new Map([["client-secret", "a-client-secret"]])).transport).toMatchObject({
    oauth: { clientSecret: { secret: "a-client-secret" } },
  });
  const gone = { ...typed, clientId: " " };
  expect([newSecrets(gone), draftToServer(gone, new Map()).transport]).toEqual([
    [],
    { kind: "http", url: "https://a.example/mcp", headers: {}, signIn: true },
  ]);
});
