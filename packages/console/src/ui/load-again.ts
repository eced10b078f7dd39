/** Fetches code again when that failed: a server that restarts, or a line that breaks, is often back within seconds. */

/** How long to wait before each further try. */
const pausesMs: readonly number[] = [300, 900, 1800];

/** Rejects with the last failure. */
export async function loadAgain<Code>(
  load: () => Promise<Code>,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<Code> {
  for (const ms of pausesMs) {
    try {
      return await load();
    } catch {
      await pause(ms);
    }
  }
  return await load();
}
