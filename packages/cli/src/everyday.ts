/** The small commands: what runs, which bots there are, a message to a session. */
import { SessionId } from "@reef/protocol/ids";
import { CommandError } from "./command-error.ts";
import type { Shell } from "./shell.ts";

export async function showStatus({ client, print, reefPlace }: Shell): Promise<void> {
  const { version, runtime, model, running, maxTurns, totals } = await client.status();
  print(`Reef ${version} at ${reefPlace.url}`);
  print(`runtime ${runtime}${model === null ? "" : `, model ${model}`}`);
  print(`${running} of ${maxTurns} turns run; ${totals.waitingTurns} wait; ${totals.queuedMessages} messages queued`);
  print(
    `${totals.bots} bots, ${totals.sessions} sessions, ${totals.openAsks} questions open, ${totals.deadMessages} dead letters`,
  );
}

export async function listBots({ client, print }: Shell): Promise<void> {
  for (let cursor: string | null = null; ; ) {
    const page = await client.bots({ limit: 200, cursor });
    for (const { id, name, status, runtime } of page.items)
      print(`${id}  ${status.padEnd(9)}  ${runtime.padEnd(8)}  ${name}`);
    if (page.next === null) return;
    cursor = page.next;
  }
}

/** Resolves when the message is durable (MB1). */
export async function sendText({ client, print }: Shell, to: string, text: string): Promise<void> {
  const id = SessionId.safeParse(to);
  const session = id.success ? id.data : await findSession(client, to);
  const message = await client.sendMessage(session, { text });
  print(`${message.id} is ${message.state}`);
}

async function findSession(client: Shell["client"], title: string) {
  const { items } = await client.sessions({ q: title, limit: 50 });
  const exact = items.filter((session) => session.title.toLowerCase() === title.toLowerCase());
  const [found] = exact;
  if (found === undefined) throw new CommandError(`no session is titled “${title}”`);
  if (exact.length > 1) {
    throw new CommandError(`“${title}” fits more than one: use ${exact.map((session) => session.id).join(" or ")}`);
  }
  return found.id;
}
