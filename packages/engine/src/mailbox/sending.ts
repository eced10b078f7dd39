/** Who sends a message for a bot, and in which turn. The engine binds it; no text can claim it (MB9). */
import type { Bot } from "@reef/protocol/bot";
import type { TurnId } from "@reef/protocol/ids";
import type { Message, Sender } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import type { Turn } from "@reef/protocol/turn";

/** The turn that something happens in; without an id when the runtime works on what was not asked for here. */
export type TurnPlace = Pick<Turn, "chainId" | "hops" | "waits"> & { readonly id: TurnId | null };

/** Who sends: a turn of a session. */
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
