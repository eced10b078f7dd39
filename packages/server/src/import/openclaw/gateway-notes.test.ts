import { GatewayError } from "@reef/runtimes/openclaw/connection";
import { expect, test } from "vitest";
import { readGatewayNotes } from "./gateway-notes.ts";
import { makeNoteRoom } from "./memory-folder.ts";

type Files = Readonly<Record<string, string>>;

/** Returns a workspace as a gateway lists it: two entries a page. */
function workspace(files: Files, methods = ["agents.workspace.list", "agents.workspace.get"]) {
  return {
    hello: () => ({ methods }) as never,
    request: async (method: string, { path, offset = 0 }: Readonly<Record<string, unknown>>) => {
      if (method.endsWith("get")) return { file: { content: files[String(path)], encoding: "utf8" } };
      const inside = Object.keys(files).filter((each) => each.startsWith(`${path}/`));
      if (inside.length === 0) throw new GatewayError("refused", "workspace directory not found");
      const names = [...new Set(inside.map((each) => each.slice(String(path).length + 1).split("/")[0] ?? ""))];
      const entries = names.map((name) => {
        const at = `${path}/${name}`;
        return files[at] === undefined
          ? { path: at, name, kind: "directory" }
          : { path: at, name, kind: "file", size: files[at].length };
      });
      return { entries: entries.slice(Number(offset), Number(offset) + 2), totalEntries: entries.length };
    },
  };
}

async function read(files: Files, methods?: string[], room = makeNoteRoom()) {
  const told: string[] = [];
  const tell = (place: string, reason: string) => void told.push(`${place}: ${reason}`);
  const { signal } = new AbortController();
  const notes = await readGatewayNotes({ connection: workspace(files, methods), agentId: "dev", room, tell, signal });
  return { paths: notes.map(({ path }) => path), told };
}

test("notes of each day and those in folders below are read over all pages; what is no note is told", async () => {
  const files = {
    "memory/a.md": "a",
    "memory/b.md": "b",
    "memory/c.md": "c",
    "memory/picture.png": "x",
    "memory/deep/er/d.md": "d",
    "memory/dreaming/report.md": "no",
    "memory/.git/e.md": "no",
  };
  const { paths, told } = await read(files);
  expect(paths).toEqual(["memory/a.md", "memory/b.md", "memory/c.md", "memory/deep/er/d.md"]);
  expect(told).toEqual([
    "dev/memory/picture.png: it is not a Markdown file",
    "dev/memory/.git: its files are not notes",
    "dev/memory/dreaming: its files are not notes",
  ]);
});

test("SE6: too deep, too big and too many end the reading with the reason", async () => {
  const deep = await read({ "memory/1/2/3/4/5/6/x.md": "x" });
  expect(deep).toEqual({ paths: [], told: ["dev/memory/1/2/3/4/5: more than 5 folders deep"] });
  const big = await read({ "memory/a.md": "x".repeat(2_000_001), "memory/b.md": "b" });
  expect(big).toEqual({ paths: ["memory/b.md"], told: ["dev/memory/a.md: it is too big"] });
  const many = await read({ "memory/a.md": "a", "memory/b.md": "b" }, undefined, { ...makeNoteRoom(), files: 1 });
  expect(many).toEqual({ paths: ["memory/a.md"], told: ["dev/memory/b.md: too many to read in one import"] });
});

test("a gateway that gives no workspaces out, and an agent without notes, have none and no trouble", async () => {
  expect(await read({ "memory/a.md": "a" }, ["agents.files.get"])).toEqual({ paths: [], told: [] });
  expect(await read({})).toEqual({ paths: [], told: [] });
});
