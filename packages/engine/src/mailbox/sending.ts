/** Names who sends a message for a bot, and in which turn. The engine binds it; no text can claim it (MB9). */
import type { Bot } from "@reef/protocol/bot";
import type { TurnId } from "@reef/protocol/ids";
import type { Message, Sender } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import type { Turn } from "@reef/protocol/turn";

/** The turn in which something happens. It has no id if the runtime works on something not requested here. */
export type TurnPlace = Pick<Turn, "chainId" | "hops" | "waits"> & { readonly id: TurnId | null };

/** The sender: a turn of a session. */
export interface Sending {
  readonly session: Session;
  readonly bot: Bot;
  readonly turn: TurnPlace;
  readonly messages: readonly Message[];
}

export function senderOf(sending: Pick<Sending, "session" | "bot">): Extract<Sender, { kind: "session" }> {
  const { session, bot } = sending;
  return { kind: "session", sessionId: session.id, botId: bot.id, botName: bot.name, title: session.title };
}
