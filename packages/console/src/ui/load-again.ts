/** Loads code again after a failure: a restarting server or a broken connection is often back within seconds. */

/** The wait before each further attempt. */
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
