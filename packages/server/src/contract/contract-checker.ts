/**
 * Checks results of tasks (SU4): JSON Schema by Ajv, and evidence with the tools of the bot's own box. Schemas are
 * written by models, so compiling and checking one ends after a second, even inside a pattern.
 */
import { createContext, runInContext } from "node:vm";
import { Ajv, addFormats } from "@modelcontextprotocol/server/validators/ajv";
import type { Deps } from "@reef/engine/deps";
import type { ContractChecker, MachineEvidence, ReportCall, Schema } from "@reef/engine/port/contract";
import type { Tool } from "@reef/engine/tool/tool";
import type { ToolSource } from "@reef/engine/tool/tool-source";

export interface ContractCheckerOptions {
  /** Gives the tools of a bot's box. */
  readonly box: ToolSource;
  /** What the tools of the box get. Asked at each look, since the engine is started with this checker. */
  readonly deps: () => Deps;
  /** The longest time for one schema, in milliseconds. */
  readonly schemaMs?: number;
}

const mostMisfits = 20;

export function createContractChecker({ box, deps, schemaMs = 1_000 }: ContractCheckerOptions): ContractChecker {
  const within = <Value>(run: () => Value): Value | "late" => {
    try {
      return runInContext("run()", createContext({ run }), { timeout: schemaMs }) as Value;
    } catch (error) {
      if (isTimeout(error)) return "late";
      throw error;
    }
  };
  const late = "checking it takes too long; a pattern may be the cause";

  return {
    refuseSchema(schema) {
      try {
        return within(() => compile(schema)) === "late" ? late : null;
      } catch (error) {
        return messageOf(error);
      }
    },
    misfits(schema, value) {
      try {
        const found = within(() => check(schema, value));
        return found === "late" ? [late] : found;
      } catch (error) {
        return [`the schema cannot be used: ${messageOf(error)}`];
      }
    },
    async lookFor(call, evidence) {
      try {
        return await lookFor({ call, deps: deps(), tools: await box.toolsFor(call.bot) }, evidence);
      } catch (error) {
        call.signal.throwIfAborted();
        return `${nameOf(evidence)}: ${messageOf(error)}`;
      }
    },
  };
}

function compile(schema: Schema) {
  const ajv = new Ajv({ allErrors: true, strict: false, validateSchema: true, logger: false });
  addFormats(ajv);
  return ajv.compile(withoutMeta(schema));
}

/** Other drafts than the compiler's own differ in little that a result uses; an unknown name would refuse them all. */
function withoutMeta({ $schema: _, ...schema }: Schema): Schema {
  return schema;
}

function check(schema: Schema, value: unknown): readonly string[] {
  const validate = compile(schema);
  if (validate(value) === true) return [];
  return (validate.errors ?? []).slice(0, mostMisfits).map(({ instancePath, message, params }) => {
    const detail = JSON.stringify(params);
    return `${instancePath === "" ? "the result" : instancePath} ${message ?? "does not fit"}${detail === "{}" ? "" : ` ${detail}`}`;
  });
}

interface Look {
  readonly call: ReportCall;
  readonly deps: Deps;
  readonly tools: readonly Tool[];
}

async function lookFor({ call, deps, tools }: Look, evidence: MachineEvidence): Promise<string | null> {
  const [name, input] = callFor(evidence);
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined) return `${nameOf(evidence)} could not be checked: this bot has no ${name} (its box is off)`;
  const outcome = await tool.run({ ...call, deps, messages: [], answers: "message" }, tool.input.parse(input));
  if (outcome.type !== "result") return `${nameOf(evidence)} could not be checked`;
  if (outcome.isError !== true) return null;
  const words = outcome.text.trim();
  return `${nameOf(evidence)}: ${words.length > shownLength ? `…${words.slice(-shownLength)}` : words}`;
}

const shownLength = 1_500;

function callFor(evidence: MachineEvidence): readonly [string, object] {
  switch (evidence.kind) {
    case "file":
      return ["file_read", { path: evidence.path }];
    case "command":
      return ["command_run", { command: evidence.command }];
    case "link":
      return ["web_fetch", { url: evidence.url }];
  }
}

function nameOf(evidence: MachineEvidence): string {
  switch (evidence.kind) {
    case "file":
      return `the file ${evidence.path}`;
    case "command":
      return `the command \`${evidence.command}\``;
    case "link":
      return evidence.url;
  }
}

/** Errors of the other context are no instances of this one's. */
function isTimeout(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === timedOut;
}

const timedOut = "ERR_SCRIPT_EXECUTION_TIMEOUT";

function messageOf(error: unknown): string {
  const hasMessage = typeof error === "object" && error !== null && "message" in error;
  return hasMessage ? String(error.message) : String(error);
}
