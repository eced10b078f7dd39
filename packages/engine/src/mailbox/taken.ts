/**
 * Which messages of a session's line a turn takes (MB3, MB4). A line is what waits, is due and is not held, in its order;
 * each store finds it in its own way.
 */
import type { Message } from "@reef/protocol/message";

/** A steer or interrupt message doesn't overtake: it takes along what waits before it. Empty when nothing is urgent. */
export function upToUrgent<Waiting extends Pick<Message, "mode">>(line: readonly Waiting[]): readonly Waiting[] {
  return line.slice(0, line.findLastIndex(({ mode }) => mode !== "queue") + 1);
}

/** What a new turn takes: everything up to the last urgent message, else the first; behind a result, the results directly after it. */
export function takenByTurn<Waiting extends Pick<Message, "mode" | "purpose">>(
  line: readonly Waiting[],
): readonly Waiting[] {
  let count = upToUrgent(line).length;
  if (count === 0) count = Math.min(1, line.length);
  while (line[count - 1]?.purpose === "result" && line[count]?.purpose === "result") count += 1;
  return line.slice(0, count);
}

/** Whether a turn that takes `taken` would take a result behind it as well: a store reads on only then. */
export function takesNext(taken: readonly Pick<Message, "purpose">[]): boolean {
  return taken.at(-1)?.purpose === "result";
}
