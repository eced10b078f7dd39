/** Names in an answer's headers what it belongs to in Reef. */
import type { Work } from "./work.ts";

export function workHeaders({ session, message, ask }: Work): Readonly<Record<string, string>> {
  return {
    "x-reef-session": session.id,
    ...(message === null ? {} : { "x-reef-message": message.id }),
    ...(ask === null ? {} : { "x-reef-ask": ask.id }),
  };
}
