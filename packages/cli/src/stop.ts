/** Stops work and lets it go on again (TU6): everything by default, or one bot, session or tree. */
import type { HoldScope } from "@reef/protocol/hold";
import { BotId, SessionId, TurnId } from "@reef/protocol/ids";
import { CommandError } from "./command-error.ts";
import type { Shell } from "./shell.ts";

export interface Stopping {
  /** An id of a bot, a session or a turn; everything if left out. */
  readonly target: string | undefined;
  /** With a session's id, its whole tree. */
  readonly tree: boolean;
  readonly reason: string | undefined;
  /** False to stop only what runs now. */
  readonly hold: boolean;
}

export async function stopWork({ client, print }: Shell, { target, tree, reason, hold }: Stopping): Promise<void> {
  const scope = toScope(target, tree);
  const report = await client.stop({ scope, hold, ...(reason !== undefined && { reason }) });
  print(`${report.cancelled.length} stopped, ${report.notStopped.length} not stopped yet`);
  for (const id of report.notStopped) print(`still running: ${id}`);
  for (const id of report.kept) print(`waits for a person, and was kept: ${id}`);
  if (report.held !== null) print("held until “reef resume”");
}

export async function resumeWork(
  { client, print }: Shell,
  { target, tree }: Pick<Stopping, "target" | "tree">,
): Promise<void> {
  const { resumed, held } = await client.resume(target === undefined ? {} : { scope: toScope(target, tree) });
  print(`${resumed.length} resumed`);
  for (const { scope, name, reason } of held)
    print(`still held: ${scope.kind}${name === null ? "" : ` “${name}”`}${reason === null ? "" : `: ${reason}`}`);
}

function toScope(target: string | undefined, isTree: boolean): HoldScope {
  if (target === undefined || target === "all" || target === "everything") return { kind: "everything" };
  const bot = BotId.safeParse(target);
  if (bot.success) return { kind: "bot", id: bot.data };
  const session = SessionId.safeParse(target);
  if (session.success) return { kind: isTree ? "tree" : "session", id: session.data };
  const turn = TurnId.safeParse(target);
  if (turn.success) return { kind: "turn", id: turn.data };
  throw new CommandError(`expected the id of a bot, a session or a turn, or “all”; found “${target}”`);
}
