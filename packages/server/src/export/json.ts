/** Writes a conversation as JSON, entry by entry, in the form that `ConversationExport` describes. */
import type { ConversationExport } from "@reef/protocol/export";
import type { Conversation } from "./conversation.ts";

export async function* writeJson(conversation: Conversation): AsyncGenerator<string, void> {
  const { session, title, botName, sums, exportedAt } = conversation;
  const head: Omit<ConversationExport, "entries" | "redacted"> = {
    format: "reef-conversation",
    version: 1,
    exportedAt,
    session: {
      id: session.id,
      title,
      botId: session.botId,
      botName,
      createdAt: session.createdAt,
      forkedFrom: session.forkedFrom,
    },
    usage: { turns: sums.turns, usage: sums.usage },
  };
  yield `${JSON.stringify(head).slice(0, -1)},"entries":[`;
  let isFirst = true;
  for await (const entry of conversation.entries()) {
    yield `${isFirst ? "" : ","}\n${JSON.stringify(entry)}`;
    isFirst = false;
  }
  yield `\n],"redacted":${conversation.redacted()}}\n`;
}
