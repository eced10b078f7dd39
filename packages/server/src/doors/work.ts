/** Names what a request waits for. */
import type { Ask } from "@reef/protocol/ask";
import type { TurnId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";

/** What a request waits for: the answer to a message, or what a turn says after a person answered its ask. */
export interface Work {
  readonly session: Session;
  readonly message: Message | null;
  readonly ask: Ask | null;
  /** Without a message, the turn that goes on with the answer. */
  readonly turnId: TurnId | null;
  /** True if nothing was sent: the bot waits for an answer to an ask that the client has not seen. */
  readonly isUnsent?: boolean;
}
