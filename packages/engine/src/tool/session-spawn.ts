/** Spawns a child session with a task: both are committed in the parent's step (SU1), within limits (SU2). */

import type { Bot } from "@reef/protocol/bot";
import type { ResultContract } from "@reef/protocol/contract";
import { BotId } from "@reef/protocol/ids";
import { maxMessageLength } from "@reef/protocol/message";
import { z } from "zod";
import { makeId } from "../ids.ts";
import { allowedIn, askAboutChain, boundRefusal } from "../mailbox/chain-bounds.ts";
import { composeMessage } from "../mailbox/compose.ts";
import type { ChainCounts } from "../port/queries.ts";
import { readContract } from "../prompt/contract-words.ts";
import { oneLine } from "../prompt/defuse.ts";
import { mayReport } from "./report-result.ts";
import type { ToolOutcome, ToolRun } from "./tool.ts";
import { defineTool, errorResult, keyOfCall } from "./tool.ts";

const titleLength = 60;

export const sessionSpawn = defineTool({
  name: "session_spawn",
  description:
    "Starts a sub-agent: a new session that works on the task on its own. Its result arrives here as a message when it is done; use session_wait to wait for it within this turn.",
  input: z.strictObject({
    task: z.string().min(1).max(maxMessageLength).describe("Everything the sub-agent needs to know."),
    bot: z.string().min(1).optional().describe("Name or id of the bot that does it; this bot by default."),
    title: z.string().trim().min(1).max(200).optional(),
    resultSchema: z
      .string()
      .max(20_000)
      .optional()
      .describe("A JSON Schema, as text: the result must be JSON that fits it. It is checked."),
    evidence: z
      .array(z.string().min(1).max(4_100))
      .max(10)
      .optional()
      .describe(
        "What must be true when the result is reported, each checked: file: PATH, command: COMMAND (ends with exit code 0), link: URL (answers), person: QUESTION (a person says yes).",
      ),
  }),
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "child",
  folds: false,
  async run(run, { task, bot: botName, title, resultSchema, evidence }) {
    const found = botName === undefined ? run.bot : await findBot(run, botName);
    if (typeof found === "string") return errorResult(found);
    const contract = readContract({ resultSchema, evidence });
    if (typeof contract === "string") return errorResult(contract);
    const unfit = contract === null ? null : refuseContract(run, contract, found);
    if (unfit !== null) return errorResult(unfit);
    const counts = await run.deps.store.read.chain(run.turn.chainId);
    const max = allowedIn(counts, run.deps.settings.chainLimits.spawns);
    const refusal = await refuseByChain(run, counts, max);
    if (refusal !== null) return refusal;
    const id = makeId("session");
    const childTitle = title ?? titleOf(task);
    const composed = await composeMessage(run.deps, run, {
      to: {
        id,
        title: childTitle,
        botId: found.id,
        topicId: run.session.topicId,
        rootId: run.session.rootId,
        isNew: true,
      },
      text: task,
      purpose: "task",
      replyTo: null,
      key: keyOfCall(run),
    });
    if (composed.state === "refused") return errorResult(`refused: ${composed.reason}`);
    const held = composed.state === "held" ? "; its task is held until a person allows this chain to go on" : "";
    return {
      type: "result",
      text: `spawned “${oneLine(childTitle)}” (${id}) for ${oneLine(found.name)} with the task ${composed.messageId}${held}`,
      ops: [
        { op: "chain.use", chainId: run.turn.chainId, of: "spawns", max },
        {
          op: "session.create",
          session: {
            id,
            botId: found.id,
            title: childTitle,
            topicId: run.session.topicId,
            parentId: run.session.id,
            taskMessageId: composed.messageId,
            contract,
          },
          limits: run.deps.settings.spawnLimits,
        },
        ...composed.ops,
      ],
    };
  },
});

/** Returns why the bot's result could not be checked. */
function refuseContract({ deps }: ToolRun, { schema }: ResultContract, bot: Bot): string | null {
  if (deps.contracts === undefined) return "results of tasks cannot be checked here";
  if (!mayReport(bot)) return `${oneLine(bot.name)} may not use report_result, so its result cannot be checked`;
  const reason = schema === null ? null : deps.contracts.refuseSchema(schema);
  return reason === null ? null : `resultSchema cannot be used: ${reason}`;
}

/** BO1: finished sessions make room for others, but not without end. */
async function refuseByChain(
  { deps, session, turn }: ToolRun,
  counts: ChainCounts,
  max: number,
): Promise<ToolOutcome | null> {
  const { chainId } = turn;
  if (counts.isStopped) return errorResult("refused: a person stopped this chain");
  if (counts.spawns < max) return null;
  const done = `spawned ${counts.spawns} sessions`;
  const { ops } = await askAboutChain(deps, { session, turnId: turn.id, chainId, counts, done });
  const text = `${boundRefusal} ${done}; a person was asked whether it may spawn more. Go on without, or end here.`;
  return { type: "result", isError: true, text, ops };
}

async function findBot({ deps }: ToolRun, name: string): Promise<Bot | string> {
  const id = BotId.safeParse(name);
  if (id.success) return (await deps.store.read.bot(id.data)) ?? `there is no bot ${name}`;
  const bots = await deps.store.read.botsByName(name);
  if (bots.length > 1) return `“${name}” matches more than one bot: use one of ${bots.map((bot) => bot.id).join(", ")}`;
  return bots[0] ?? `there is no bot named “${name}”`;
}

function titleOf(task: string): string {
  const line = task.trim().split("\n", 1)[0] ?? "task";
  return line.length > titleLength ? `${line.slice(0, titleLength - 1)}…` : line;
}
