/**
 * Checks what several servers on one's own machine have in common: the templates of their models refuse roles out of
 * turn.
 */
import { chatMessages, firstOutOfTurn } from "./chat-read.ts";
import type { Json } from "./dialect.ts";

/** In the words of Mistral, Llama 2 and Gemma. */
export function templateFault(body: Json): string | null {
  const place = firstOutOfTurn(chatMessages(body));
  if (place === null) return null;
  return place.role === "system"
    ? "System message must be at the beginning."
    : "After the optional system message, conversation roles must alternate user/assistant/user/assistant/...";
}
