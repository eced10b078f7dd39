/** Declares what the endpoints use. */
import type { OriginRules } from "../auth/origin.ts";
import type { ServerLog } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Edge } from "./edge.ts";

export interface AppParts {
  readonly edge: Edge;
  readonly rules: OriginRules;
  readonly metrics: Metrics;
  readonly log: ServerLog;
  /** Where the built console may be; the first folder that has it is served. */
  readonly consoleFolders: readonly string[];
  /** True when requests can be served: the store is open and the server is not stopping. */
  isReady(): boolean;
}
