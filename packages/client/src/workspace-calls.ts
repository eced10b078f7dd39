/** These calls show and change the folder that a bot works in, and undo what its turns did there. */
import type { BotId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type {
  BoxState,
  WorkspaceChanges,
  WorkspaceCommand,
  WorkspaceListing,
  WorkspaceTurn,
  WorkspaceUndone,
} from "@reef/protocol/workspace";
import type { CallOptions, Send } from "./call.ts";

export function workspaceCalls(send: Send) {
  const pathOf = (id: BotId, rest = "") => `/v1/bots/${id}/workspace${rest}`;
  const ofTurn = (id: BotId, turnId: string, rest = "") => pathOf(id, `/turns/${encodeURIComponent(turnId)}${rest}`);
  return {
    /** Whether boxes can run on the server's machine, and if not, why. */
    box: (options?: CallOptions) => send<BoxState>({ method: "GET", path: "/v1/box", ...options }),
    /** Lists a folder; the workspace itself without a path. `conflict` for a bot without a box. */
    workspace: (id: BotId, query: { readonly path?: string; readonly depth?: number } = {}, options?: CallOptions) =>
      send<WorkspaceListing>({ method: "GET", path: pathOf(id), query: { ...query }, ...options }),
    /** `not_found`, or `payload_too_large` for a file that is too large to be sent. */
    readWorkspaceFile: (id: BotId, path: string, options?: CallOptions) =>
      send<Blob>({ method: "GET", path: pathOf(id, "/file"), query: { path }, answer: "blob", ...options }),
    /** Creates folders as needed, and replaces an existing file. */
    writeWorkspaceFile: (id: BotId, path: string, file: Blob, options?: CallOptions) =>
      send<void>({ method: "PUT", path: pathOf(id, "/file"), query: { path }, file, ...options }),
    /** Deletes a file, or a folder with everything in it. */
    deleteWorkspaceFile: (id: BotId, path: string) =>
      send<void>({ method: "DELETE", path: pathOf(id, "/file"), query: { path } }),
    /** Turns that changed something, newest first. */
    workspaceTurns: (id: BotId, options?: CallOptions) =>
      send<Page<WorkspaceTurn>>({ method: "GET", path: pathOf(id, "/turns"), ...options }),
    workspaceChanges: (id: BotId, turnId: string, options?: CallOptions) =>
      send<WorkspaceChanges>({ method: "GET", path: ofTurn(id, turnId), ...options }),
    /** What was changed again since stays, and is named with the reason. */
    undoWorkspaceTurn: (id: BotId, turnId: string) =>
      send<WorkspaceUndone>({ method: "POST", path: ofTurn(id, turnId, "/undo") }),
    /** Newest first. */
    workspaceCommands: (id: BotId, options?: CallOptions) =>
      send<Page<WorkspaceCommand>>({ method: "GET", path: pathOf(id, "/commands"), ...options }),
    /** Stops a command with all its processes. */
    stopWorkspaceCommand: (id: BotId, commandId: string) =>
      send<void>({ method: "POST", path: pathOf(id, `/commands/${encodeURIComponent(commandId)}/stop`) }),
  };
}
