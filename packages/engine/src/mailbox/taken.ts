/**
 * Decides which waiting messages of a session a turn takes (MB3, MB4). A line holds, in order, those that wait, are due
 * and are not held; each store finds it in its own way.
 */
import type { Message } from "@reef/protocol/message";

/**
 * A steer or interrupt message doesn't overtake: it takes along the messages before it. Returns none if nothing is
 * urgent.
 */
export function upToUrgent<Waiting extends Pick<Message, "mode">>(line: readonly Waiting[]): readonly Waiting[] {
  return line.slice(0, line.findLastIndex(({ mode }) => mode !== "queue") + 1);
}

/**
 * Returns what a new turn takes: everything up to the last urgent message, else the first; after a result, the results
 * directly behind it.
 */
export function takenByTurn<Waiting extends Pick<Message, "mode" | "purpose">>(
  line: readonly Waiting[],
): readonly Waiting[] {
  let count = upToUrgent(line).length;
  if (count === 0) count = Math.min(1, line.length);
  while (line[count - 1]?.purpose === "result" && line[count]?.purpose === "result") count += 1;
  return line.slice(0, count);
}

/** True if a turn that takes `taken` would also take a result behind it: only then does a store read on. */
export function takesNext(taken: readonly Pick<Message, "purpose">[]): boolean {
  return taken.at(-1)?.purpose === "result";
}
