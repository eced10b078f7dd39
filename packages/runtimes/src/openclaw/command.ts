/**
 * Runs slash commands of a gateway. It answers `/status` or `/model` itself when they come as `chat.send`; as the words
 * of an `agent` run they would only reach the model. The gateway's own list decides what is a command: a path such as
 * `/etc/hosts`, or an unknown name, is text. Only a person commands, with one message and nothing beside it (MB9).
 */
import type { TurnContext } from "@reef/engine/port/runtime";
import { z } from "zod";
import { type GatewayConnection, GatewayError } from "./connection.ts";

const CommandList = z.object({
  commands: z.array(
    z
      .object({
        name: z.string(),
        textAliases: z.array(z.string()).nullish(),
        description: z.string().nullish(),
        acceptsArgs: z.boolean().nullish(),
      })
      .nullable()
      .catch(null),
  ),
});

export interface GatewayCommand {
  /** With its slash, in lower case; the first is the usual one. */
  readonly names: readonly string[];
  readonly description: string;
  readonly takesInput: boolean;
}

/** More are neither requested nor shown. */
const maxCommands = 500;

/** Returns none when the gateway has no such list. Rejects with a `GatewayError`. */
async function listCommands(
  connection: Pick<GatewayConnection, "request" | "hello">,
  agentId: string,
  signal?: AbortSignal,
): Promise<readonly GatewayCommand[]> {
  if (connection.hello()?.methods.includes(method) !== true) return [];
  const list = CommandList.safeParse(await connection.request(method, { agentId }, signal ? { signal } : {}));
  if (!list.success) throw new GatewayError("malformed", `${method}: its answer cannot be read`);
  return list.data.commands.slice(0, maxCommands).flatMap((command) => {
    if (command === null) return [];
    const given = command.textAliases?.length ? command.textAliases : [`/${command.name}`];
    const names = given.map((name) => name.toLowerCase()).filter((name) => /^\/\S+$/.test(name));
    if (names.length === 0) return [];
    const description = (command.description ?? "").slice(0, 200);
    return [{ names, description, takesInput: command.acceptsArgs ?? true }];
  });
}

const method = "commands.list";

/** Returns the turn's message as a command; null for everything that must reach the model. */
export async function commandOf(
  connection: Pick<GatewayConnection, "request" | "hello">,
  agentId: string,
  { messages, entries, signal }: Pick<TurnContext, "messages" | "entries" | "signal">,
): Promise<string | null> {
  const [message] = messages;
  if (message === undefined || messages.length > 1 || message.from.kind !== "person") return null;
  const entry = entries.find(({ messageId }) => messageId === message.id);
  if ((entry?.attachments?.length ?? 0) > 0) return null;
  const text = message.text.trim();
  const name = /^\/[^\s/]+(?=\s|$)/.exec(text)?.[0].toLowerCase();
  if (name === undefined) return null;
  try {
    const commands = await listCommands(connection, agentId, signal);
    return commands.some(({ names }) => names.includes(name)) ? text : null;
  } catch (error) {
    // Without the list there is no command: the words go to the model.
    if (error instanceof GatewayError && error.code !== "disconnected") return null;
    throw error;
  }
}
