/** What Reef's tools are called in OpenClaw: it gives a name to the first who asks, and has tools of its own. */

const ownByReef: Readonly<Record<string, string>> = { memory_search: "reef_memory_search" };
const reefByOwn = new Map(Object.entries(ownByReef).map(([reef, own]) => [own, reef]));

export function toOpenClawName(reefName: string): string {
  return ownByReef[reefName] ?? reefName;
}

/** The name stays where it is none of Reef's. */
export function toReefName(name: string): string {
  return reefByOwn.get(name) ?? name;
}
