/**
 * Keeps the state that all loads of this module in one process share. The gateway loads a plugin several times, and one
 * load does not see another's module state.
 *
 * @typedef {object} Shared
 * @property {Map<string, true>} heard Session keys in whose run something outside Reef has spoken.
 * @property {Map<string, string>} places The page that each browser had open last.
 * @property {Map<string, number>} frames Frame tokens, and when each expires (milliseconds since the epoch).
 */
const key = Symbol.for("reef.openclaw-plugin");

/** @returns {Shared} */
export function sharedState() {
  const holder = /** @type {{ [key]?: Shared }} */ (globalThis);
  holder[key] ??= { heard: new Map(), frames: new Map(), places: new Map() };
  // The state may come from an earlier release of this plugin in the same process.
  holder[key].places ??= new Map();
  return holder[key];
}

/** The oldest are dropped. */
const maxHeard = 2_000;

/** @param {Shared} shared @param {string} sessionKey */
export function noteHeard({ heard }, sessionKey) {
  heard.delete(sessionKey);
  heard.set(sessionKey, true);
  for (const oldest of heard.keys()) {
    if (heard.size <= maxHeard) break;
    heard.delete(oldest);
  }
}
