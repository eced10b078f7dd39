/**
 * Holds the limits of boxes for which a person set none. They stand apart from the schemas, so that a page can show them without
 * those.
 */

export const defaultBoxLimits = {
  seconds: 120,
  backgroundHours: 24,
  background: 4,
  memoryMb: 2_048,
  processes: 256,
  workspaceMb: 2_048,
  workspaceFiles: 200_000,
} as const;

/** Of the box of an MCP server's program. */
export const defaultMcpLimits = { memoryMb: 2_048, processes: 256, diskMb: 2_048 } as const;
