/**
 * Decides which releases of OpenClaw are supported. The version of its wire protocol does not tell, since earlier
 * releases speak it too.
 */

/**
 * The oldest release with everything Reef needs: earlier ones cannot pin a session, and do not start with the
 * configuration that `connect` writes.
 */
export const oldestRelease = "2026.9.1";

/** True for a release before the oldest supported one. A release with another naming scheme counts as newer. */
export function isTooOld(release: string): boolean {
  const [have, need] = [release, oldestRelease].map((text) => /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number));
  if (have === undefined || need === undefined) return false;
  const at = need.findIndex((part, place) => part !== have[place]);
  return at >= 0 && (have[at] ?? 0) < (need[at] ?? 0);
}
