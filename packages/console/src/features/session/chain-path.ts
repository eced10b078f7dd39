/** Finds the way a message came: a chain may branch, so it is followed back from sender to sender. */
import type { Message, Sender } from "@reef/protocol/message";

type Hop = Pick<Message, "id" | "sessionId" | "from" | "hops">;

/** Returns the names along the way, the first sender first and its own sender last. */
export function chainPath(message: Hop, chain: readonly Hop[]): readonly string[] {
  const names: string[] = [];
  for (let at: Hop | undefined = message; at !== undefined && names.length < mostShown; at = beforeOf(at, chain)) {
    const name = senderName(at.from);
    if (name !== names[0]) names.unshift(name);
  }
  return names;
}

const mostShown = 12;

/** Returns the message that its sender had received. */
function beforeOf({ from, hops }: Hop, chain: readonly Hop[]): Hop | undefined {
  if (from.kind !== "session") return undefined;
  return chain.find((each) => each.hops === hops - 1 && each.sessionId === from.sessionId);
}

function senderName(from: Sender): string {
  switch (from.kind) {
    case "session":
      return from.botName;
    case "person":
      return "You";
    case "schedule":
      return from.name;
    case "system":
      return "Reef";
  }
}
