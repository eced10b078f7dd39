/** Which releases of OpenClaw can be worked with. The number of its wire protocol does not tell: earlier ones speak it too. */

/** The oldest that can do all that Reef asks of it: earlier ones cannot pin a session, and do not start with what `connect` configures. */
export const oldestRelease = "2026.9.1";

/** Whether a release comes before the oldest. One that is named in another way is taken for a newer one. */
export function isTooOld(release: string): boolean {
  const [have, need] = [release, oldestRelease].map((text) => /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number));
  if (have === undefined || need === undefined) return false;
  const at = need.findIndex((part, place) => part !== have[place]);
  return at >= 0 && (have[at] ?? 0) < (need[at] ?? 0);
}
