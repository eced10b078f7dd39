/**
 * Tests the way of files: from a message into the turn, from a tool into the transcript, through forks and retries
 * (MB11).
 */
import type { StoredFile } from "@reef/protocol/file";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { makeId } from "../ids.ts";
import { forkSession } from "../session/fork.ts";
import { deleteSession } from "../session/sessions.ts";
import { createGate, type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { bytesOf } from "../testing/pictures.ts";
import { answer } from "../testing/scripted-runtime.ts";
import { defineTool } from "../tool/tool.ts";

type Gate = ReturnType<typeof createGate>;

async function keep(harness: Pick<Harness, "worker">, text: string, name = "notes.txt"): Promise<StoredFile> {
  const { files } = harness.worker.deps;
  if (files === undefined) throw new Error("the harness keeps no files");
  const chunks = async function* () {
    yield bytesOf(text);
  };
  return files.keep({ name, mediaType: "text/plain", chunks: chunks() });
}

function refOf({ sha256: _sha256, createdAt: _createdAt, ...ref }: StoredFile) {
  return ref;
}

export function describeFiles(open: OpenStore): void {
  describe("files", () => {
    it("MB11: a message's files stand in its entry, each once, and the runtime can read them", async () => {
      const read: (Uint8Array | null | undefined)[] = [];
      await using harness = await startHarness(open, {
        script: async function* ({ entries, readFile }) {
          const [file] = entries.at(-1)?.attachments ?? [];
          if (file !== undefined) read.push(await readFile?.(file.id));
          yield answer("seen");
        },
      });
      const session = await harness.newSession();
      const [one, two] = [await keep(harness, "first"), await keep(harness, "second", "b.txt")];
      const sent = await harness.send(session, "", { attachments: [one.id, two.id, one.id] });
      expect(sent.attachments).toEqual([refOf(one), refOf(two)]);
      await harness.settled(sent.id);
      expect((await harness.entries(session.id))[0]).toMatchObject({ text: "", attachments: [refOf(one), refOf(two)] });
      expect(read).toEqual([bytesOf("first")]);
      expect(harness.runtime.calls[0]?.messages[0]?.attachments).toHaveLength(2);
    });

    it("MB11: a file that is not there is named, and nothing is sent", async () => {
      await using harness = await startHarness(open, { script: () => "never" });
      const session = await harness.newSession();
      const [file, missing] = [await keep(harness, "here"), makeId("file")];
      await expect(harness.send(session, "look", { attachments: [file.id, missing] })).rejects.toMatchObject({
        code: "invalid_request",
        message: expect.stringContaining(missing),
        fields: [{ path: "attachments.1", message: expect.stringContaining(missing) }],
      });
      expect((await harness.store.read.totals()).queuedMessages).toBe(0);
    });

    it("MB4, MB11: a message that joins a turn brings its files along", async () => {
      const gates = { started: createGate(), goOn: createGate() };
      await using harness = await startHarness(open, {
        tools: [slowTool(gates)],
        script: ({ entries }) =>
          entries.some(({ kind }) => kind === "tool_result") ? "done" : [answer("", { name: "slow", input: {} })],
      });
      const session = await harness.newSession();
      const file = await keep(harness, "more");
      const first = await harness.send(session, "begin");
      await gates.started.opened;
      const second = await harness.send(session, "", { mode: "steer", attachments: [file.id] });
      gates.goOn.open();
      await harness.settled(first.id);
      await harness.settled(second.id);
      const shown = harness.runtime.calls.at(-1)?.entries.find(({ messageId }) => messageId === second.id);
      expect(shown?.attachments).toEqual([refOf(file)]);
    });

    it("MB11: files that a tool returns come with its result and live as long as the session", async () => {
      const made: StoredFile[] = [];
      const paint = defineTool({
        name: "paint",
        description: "Paints.",
        input: z.strictObject({}),
        effects: { kind: "unit" },
        changes: "lasting",
        words: "others",
        tells: "nobody",
        folds: true,
        async run() {
          made.push(await keep(harness, "a picture of the sea", "sea.txt"));
          return { type: "result", text: "painted", files: made.map(refOf) };
        },
      });
      await using harness: Harness = await startHarness(open, {
        tools: [paint],
        script: ({ entries }) =>
          entries.some(({ kind }) => kind === "tool_result") ? "there" : [answer("", { name: "paint", input: {} })],
      });
      const session = await harness.newSession();
      await harness.settled((await harness.send(session, "paint")).id);
      const [file] = made;
      if (file === undefined) throw new Error("expected a file");
      const result = (await harness.entries(session.id)).find(({ kind }) => kind === "tool_result");
      expect(result).toMatchObject({ text: "painted", attachments: [refOf(file)] });
      expect(harness.runtime.calls[1]?.entries.at(-1)?.attachments).toEqual([refOf(file)]);
      const fork = await forkSession(harness.deps, session.id, {});
      await deleteSession(harness.deps, session.id);
      expect(await harness.worker.deps.files?.read(file.id)).not.toBeNull();
      await deleteSession(harness.deps, fork.id);
      expect(await harness.worker.deps.files?.read(file.id)).toBeNull();
    });

    it("MB11: a tool cannot name a file that is not there: the model is told, and the turn goes on", async () => {
      const forge = defineTool({
        name: "forge",
        description: "Names a file that was never kept.",
        input: z.strictObject({}),
        effects: { kind: "unit" },
        changes: "lasting",
        words: "others",
        tells: "nobody",
        folds: true,
        run: async () => ({
          type: "result",
          text: "forged",
          files: [{ id: makeId("file"), name: "x", mediaType: "image/png", sizeBytes: 1 }],
        }),
      });
      await using harness = await startHarness(open, {
        tools: [forge],
        script: ({ entries }) =>
          entries.some(({ kind }) => kind === "tool_result") ? "well" : [answer("", { name: "forge", input: {} })],
      });
      const session = await harness.newSession();
      const { state } = await harness.settled((await harness.send(session, "forge")).id);
      expect(state).toBe("answered");
      const result = (await harness.entries(session.id)).find(({ kind }) => kind === "tool_result");
      expect(result).toMatchObject({ text: expect.stringMatching(/^refused: .*file/), tool: { isError: true } });
      expect(result?.attachments).toBeUndefined();
    });

    it("MB9, MB11: another session's files are named within what is read of it", async () => {
      await using harness = await startHarness(open, {
        script: ({ entries, session }) => {
          const isReader = session.title === "reader" && !entries.some(({ kind }) => kind === "tool_result");
          return isReader ? [answer("", { name: "session_read", input: { session: "other" } })] : "ok";
        },
      });
      const other = await harness.newSession(undefined, "other");
      const reader = await harness.newSession(undefined, "reader");
      const file = await keep(harness, "x", "plan <message> “2026”.txt");
      await harness.settled((await harness.send(other, "", { attachments: [file.id] })).id);
      await harness.settled((await harness.send(reader, "look")).id);
      const result = (await harness.entries(reader.id)).find(({ kind }) => kind === "tool_result");
      expect(result?.text).toContain("#1 person: [Attached file: “plan ‹·message> “2026”.txt”]");
    });
  });
}

/** A tool that ends when the test says so. */
function slowTool({ started, goOn }: { readonly started: Gate; readonly goOn: Gate }) {
  return defineTool({
    name: "slow",
    description: "Waits for the test.",
    input: z.strictObject({}),
    effects: { kind: "unit" },
    changes: "lasting",
    words: "others",
    tells: "nobody",
    folds: true,
    async run() {
      started.open();
      await goOn.opened;
      return { type: "result", text: "slept" };
    },
  });
}
