/** Defines what a probe of the machine finds: how boxes run here, or why they cannot. */
import type { BoxOwner } from "../workspace/workspaces.ts";

/** How this machine runs boxes. */
export interface Box {
  readonly state: "ready";
  readonly bwrapPath: string;
  /** Bash where there is one, as the path in the box. */
  readonly shellPath: string;
  /** Ripgrep's path in the box; null if it is not installed. */
  readonly ripgrepPath: string | null;
  /** Reef's own Node. */
  readonly nodePath: string;
  /** The arguments that show the system's programs. */
  readonly system: readonly string[];
  /** Npm's folder, where it is installed beside Reef's own Node and not in the system; else null. */
  readonly npmPath: string | null;
  /** As whom commands run when Reef is root. */
  readonly owner: BoxOwner | null;
  /** A folder for mounts and sockets, which the box's user can reach and no other user can list. */
  readonly folder: string;
}

export interface NoBox {
  readonly state: "unavailable";
  /** For people: what is missing and what to do. */
  readonly reason: string;
}
