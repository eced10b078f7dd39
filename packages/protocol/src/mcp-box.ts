/** Declares what the program of an MCP server may see and use in its box (TO4). */
import { z } from "zod";
import { HostPattern } from "./box.ts";
import { defaultMcpLimits } from "./box-limits.ts";

/** A folder, or a file, of the machine that the program sees at the same path. */
export const McpFolder = z.strictObject({
  path: z
    .string()
    .max(1_000)
    .regex(/^(\/[^/\0]+)+$/, "expected an absolute path, such as /home/me/notes")
    .refine(
      (path) => !path.split("/").some((name) => name === "." || name === ".."),
      "expected a path without . and ..",
    ),
  /** Whether it may change what is there. */
  write: z.boolean().default(false),
});
export type McpFolder = z.infer<typeof McpFolder>;

export const McpBox = z
  .strictObject({
    /** The hosts that it may reach, or `public` for every address outside of this machine and private networks. */
    network: z.union([z.literal("public"), z.array(HostPattern).max(100)]).default([]),
    folders: z
      .array(McpFolder)
      .max(20)
      .refine((folders) => new Set(folders.map(({ path }) => path)).size === folders.length, "a folder is listed twice")
      .default([]),
    /** Of all its processes. */
    memoryMb: z.int().min(64).max(65_536).default(defaultMcpLimits.memoryMb),
    processes: z.int().min(8).max(4_096).default(defaultMcpLimits.processes),
    /** Of its own folder, where it keeps what it downloads. */
    diskMb: z.int().min(1).max(1_000_000).default(defaultMcpLimits.diskMb),
  })
  .meta({ id: "McpBox" });
export type McpBox = z.infer<typeof McpBox>;

/** Of a server for which a person set nothing. */
export const defaultMcpBox: McpBox = McpBox.parse({});
