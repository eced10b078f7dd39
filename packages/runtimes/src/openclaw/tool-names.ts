/**
 * Maps the names of Reef's tools in OpenClaw, which gives a name to the first plugin that asks and has tools of its
 * own.
 */

const ownByReef: Readonly<Record<string, string>> = { memory_search: "reef_memory_search" };
const reefByOwn = new Map(Object.entries(ownByReef).map(([reef, own]) => [own, reef]));

export function toOpenClawName(reefName: string): string {
  return ownByReef[reefName] ?? reefName;
}

/** Returns the name unchanged when it is not one of Reef's. */
export function toReefName(name: string): string {
  return reefByOwn.get(name) ?? name;
}
