/** Makes a tool of the engine from a tool of an MCP server. What it does is unknown: it acts on the world (TU3). */
import type { ToolOutcome, ToolRun } from "@reef/engine/tool/tool";
import { defineTool, errorResult, type Tool } from "@reef/engine/tool/tool";
import type { FileRef } from "@reef/protocol/file";
import type { McpServerRecord, McpTool } from "@reef/protocol/mcp";
import { z } from "zod";
import { type TakenResult, takeResult } from "./call-result.ts";
import type { Connection } from "./connected.ts";
import { callOwnEntry } from "./own-entries.ts";
import { askPerson, type ToldQuestion } from "./questions.ts";
import { type Complete, sample, type ToldSampling } from "./sampling.ts";

export interface ToolOf {
  readonly server: Pick<McpServerRecord, "id" | "name" | "timeoutMs">;
  readonly tool: McpTool;
  readonly connection: () => Connection;
  /** Asks the model of the bot that calls; null if the server may not. */
  readonly complete: Complete | null;
}

/** Its server checks the input against its schema. */
const anyObject = z.looseObject({});

export function toTool({ server, tool, connection, complete }: ToolOf): Tool {
  return defineTool({
    name: tool.fullName,
    description: tool.description === "" ? `${tool.title ?? tool.name} (${server.name})` : tool.description,
    input: anyObject,
    inputSchema: tool.inputSchema,
    isSearchable: true,
    origin: { kind: "server", serverId: server.id, server: server.name, tool: tool.name },
    effects: {
      kind: "outside",
      afterCrash: tool.readOnly || tool.idempotent === true ? "replay" : "ask",
      timeoutMs: server.timeoutMs,
      isIndependent: tool.readOnly,
    },
    changes: "lasting",
    words: "others",
    tells: "nobody",
    folds: true,
    async run(run, input): Promise<ToolOutcome> {
      const { signal, report } = run;
      const options = {
        signal,
        timeoutMs: server.timeoutMs,
        ...(report === undefined ? {} : { onProgress: report }),
        onQuestion: (question: ToldQuestion) => askPerson(run, { server: server.name, question }),
        ...(complete === null
          ? {}
          : { onSampling: (told: ToldSampling) => sample(run, { server: server.name, told, complete }) }),
      };
      try {
        const own = await callOwnEntry(connection(), tool.name, { input, run });
        if (own !== null) return await withFiles(run, own);
        const taken = takeResult(await connection().call(tool.name, input, options));
        return await withFiles(run, taken);
      } catch (error) {
        return errorResult(`The MCP server “${server.name}” gave no result: ${reasonOf(error)}`);
      }
    },
  });
}

async function withFiles(run: ToolRun, { text, isError, files }: TakenResult): Promise<ToolOutcome> {
  const kept: FileRef[] = [];
  const lost: string[] = [];
  for (const file of files) {
    try {
      if (run.deps.files === undefined) throw new Error("files cannot be kept");
      const { sha256: _, createdAt: __, ...ref } = await run.deps.files.keep(file);
      kept.push(ref);
    } catch (error) {
      lost.push(reasonOf(error));
    }
  }
  const notes = lost.map((reason) => `[A file of the result could not be kept: ${reason}]`);
  return { type: "result", text: [text, ...notes].filter((part) => part !== "").join("\n\n"), isError, files: kept };
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 1_000);
}
