/** Holds the limits of a bot for which a person set none. It stands apart from the schemas, so that a page can show it without them. */

export const defaultBoxLimits = {
  seconds: 120,
  backgroundHours: 24,
  background: 4,
  memoryMb: 2_048,
  processes: 256,
  workspaceMb: 2_048,
  workspaceFiles: 200_000,
} as const;
