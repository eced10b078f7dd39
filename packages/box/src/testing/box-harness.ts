/**
 * Opens a source of boxes over a folder of its own, with bots whose tools are called as the engine calls them. Commands
 * really run; a machine that cannot run them skips those tests.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeId } from "@reef/engine/ids";
import type { ToolOutcome, ToolRun } from "@reef/engine/tool/tool";
import { BoxSettings } from "@reef/protocol/box";
import type { FileRef } from "@reef/protocol/file";
import { type BoxBot, type BoxSource, type BoxSourceOptions, openBoxSource } from "../box-source.ts";
import { closeBox, probeBox } from "../run/probe.ts";
import { realClock } from "./real-clock.ts";

export interface TestBot extends BoxBot {
  /** The folder that its commands see as /work. */
  readonly root: string;
  /** Reef's own notes about it. */
  readonly state: string;
  /** Calls a tool and returns its text, after `error: ` if it is one. */
  call(tool: string, input: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<string>;
  outcome(
    tool: string,
    input: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<Extract<ToolOutcome, { type: "result" }>>;
}

export interface BoxHarness extends AsyncDisposable {
  readonly folder: string;
  readonly source: BoxSource;
  readonly files: Map<string, Buffer>;
  newBot(settings?: Partial<BoxSettings>): TestBot;
}

/** Says why this machine runs no boxes; null if it does. */
export async function whyNoBox(): Promise<string | null> {
  const box = await probeBox();
  await closeBox(box);
  return box.state === "ready" ? null : box.reason;
}

export async function openHarness(options: Partial<BoxSourceOptions> = {}): Promise<BoxHarness> {
  const folder = await mkdtemp(join(tmpdir(), "reef-box-test-"));
  const settingsById = new Map<string, BoxSettings>();
  const files = new Map<string, Buffer>();
  const source = await openBoxSource({
    dataFolder: folder,
    clock: realClock,
    settingsOf: (bot) => settingsById.get(bot.id) ?? null,
    searchProvider: () => null,
    ...options,
  });
  const keep = async ({ name, chunks }: { name: string | null; chunks: AsyncIterable<Uint8Array> }) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    files.set(name ?? "", Buffer.concat(parts));
    return { id: makeId("file"), name, mediaType: "", sizeBytes: Buffer.concat(parts).byteLength } as FileRef;
  };
  return {
    folder,
    source,
    files,
    newBot(settings = {}) {
      const id = makeId("bot");
      const box = BoxSettings.parse({ enabled: true, ...settings });
      settingsById.set(id, box);
      const name = box.workspace === null ? id : `shared-${box.workspace}`;
      const outcome: TestBot["outcome"] = async (toolName, input, signal = new AbortController().signal) => {
        const tool = source.tools.find((one) => one.name === toolName);
        if (tool === undefined) throw new Error(`no tool ${toolName}`);
        const run = {
          bot: { id },
          session: { id: "ses" },
          turn: { id: "trn" },
          callId: "call",
          signal,
          deps: { files: { keep } },
        } as unknown as ToolRun;
        try {
          return (await tool.run(run, tool.input.parse(input))) as Extract<ToolOutcome, { type: "result" }>;
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          return { type: "result", text: error.message, isError: true };
        }
      };
      return {
        id,
        box,
        root: join(folder, "workspaces", name, "files"),
        state: join(folder, "workspaces", name, "state"),
        outcome,
        async call(...args) {
          const { text, isError } = await outcome(...args);
          return isError === true ? `error: ${text}` : text;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
