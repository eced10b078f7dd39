/** Returns the kind of a message's entry: whose words it carries decides, never who brought it (MB9, SC4). */
import type { Entry } from "@reef/protocol/entry";
import { assertNever } from "@reef/protocol/error";
import type { Sender } from "@reef/protocol/message";

export function senderToEntryKind(from: Sender): Entry["kind"] {
  switch (from.kind) {
    case "person":
      return "person";
    case "session":
      return "session";
    case "schedule":
      return from.by === "person" ? "person" : "session";
    case "system":
      return "notice";
    default:
      return assertNever(from);
  }
}
