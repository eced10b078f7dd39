/**
 * Lists the slow files of the unit tests, a twentieth of the files with half of the time. `npm test -- quick` leaves them
 * out.
 */
export const slowTests: readonly { readonly path: string; readonly why: string }[] = [
  {
    path: "packages/store/src/suites/store.test.ts",
    why: "every rule of the ports, on a disk; the model has them too",
  },
  {
    path: "packages/store/src/suites/engine-rules.test.ts",
    why: "the engine's rules on a disk; engine.test.ts has them",
  },
  { path: "packages/store/src/sqlite/crash.test.ts", why: "kills processes again and again" },
  { path: "packages/store/src/sqlite/pause-crash.test.ts", why: "kills processes again and again" },
  { path: "packages/store/src/sqlite/budget-crash.test.ts", why: "kills processes again and again" },
  { path: "packages/store/src/files/crash.test.ts", why: "kills processes again and again" },
  { path: "packages/store/src/suites/model.test.ts", why: "random sequences, store against model" },
  { path: "packages/server/src/main.test.ts", why: "starts servers as processes" },
  { path: "packages/server/src/memory/crash.test.ts", why: "kills processes again and again" },
  { path: "packages/server/src/memory/consolidation.test.ts", why: "many servers, one after the other" },
  { path: "packages/server/src/memory/embedding.test.ts", why: "many servers, and a model of vectors" },
  { path: "packages/server/src/memory/isolation.test.ts", why: "many bots that each remember" },
  { path: "packages/recall/src/embedding/word-parts.test.ts", why: "learns the words of a thousand paraphrases" },
  { path: "packages/box/src/hostile.test.ts", why: "commands that flood, fork and fill a disk" },
  { path: "packages/runtimes/src/openclaw/gateway-double.test.ts", why: "the double's own tests, with real waits" },
  { path: "packages/runtimes/src/openclaw/openclaw-runtime.test.ts", why: "reconnects with real waits" },
];
