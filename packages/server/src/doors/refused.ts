/**
 * Says honestly what of a request has no effect. A bot's model, tools and limits are set in Reef; the client's settings
 * for a model are left out, and named in a header. What would change the form of an answer is refused, because a client
 * relies on it.
 */
import { AppError } from "@reef/protocol/error";

export type Given = Readonly<Record<string, unknown>>;

const ignoredHeader = "x-reef-ignored";

/** Returns the header that names the given fields that have no effect. */
export function ignoredHeaders(given: Given, understood: ReadonlySet<string>): Readonly<Record<string, string>> {
  const names = Object.keys(given).filter((name) => !understood.has(name) && isGiven(given[name]));
  const known = names.filter((name) => /^[a-z_]{1,40}$/.test(name)).slice(0, 20);
  return known.length === 0 ? {} : { [ignoredHeader]: known.join(", ") };
}

/** Throws `invalid_request` if the client insists on a tool of its own. */
export function requireNoForcedTool(given: Given): void {
  const choice = given.tool_choice;
  const type = typeof choice === "object" && choice !== null ? (choice as Given).type : choice;
  const isForced = type === "required" || type === "any" || type === "function" || type === "tool" || type === "custom";
  if (isForced) throw refused("tool_choice", "a bot uses only the tools it has in Reef, never those of a client");
}

/** True if the client offers tools: its instructions then speak of tools that the bot does not have. */
export function offersTools({ tools, functions }: Given): boolean {
  return [tools, functions].some((list) => Array.isArray(list) && list.length > 0);
}

export function refused(path: string, message: string): AppError {
  return new AppError("invalid_request", `${path}: ${message}`, { fields: [{ path, message }] });
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
