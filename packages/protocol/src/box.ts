/**
 * Declares how a bot's box is set: whether it has one, which workspace it works in, which hosts its commands reach, and
 * what it may use at most. A box is off until a person switches it on (TO4).
 */
import { z } from "zod";
import { defaultBoxLimits } from "./box-limits.ts";
import { isMetadataHost } from "./metadata-address.ts";

/** The name of a workspace that several bots share; a bot's own needs none. */
export const SharedWorkspaceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected a name of small letters, digits and dashes, at most 63");
export type SharedWorkspaceName = z.infer<typeof SharedWorkspaceName>;

const hostPattern = /^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:\d{1,5})?$/;

/** `example.com`, `*.example.com` for every name below it, or either with `:8443`. Without a port: 80 and 443. */
export const HostPattern = z
  .string()
  .trim()
  .toLowerCase()
  .max(260)
  .regex(hostPattern, "expected a host such as example.com, *.example.com or example.com:8443")
  .refine((text) => !(Number(text.split(":")[1] ?? 1) > 65_535) && !/:0+$/.test(text), "expected a port up to 65535")
  .refine((text) => !isMetadataHost(text.replace(/^\*\./, "").replace(/:\d+$/, "")), "this host is never contacted");
export type HostPattern = z.infer<typeof HostPattern>;

/** What one bot's commands may use at most. */
export const BoxLimits = z.strictObject({
  /** Wall time of a command that the turn waits for. */
  seconds: z.int().min(1).max(3_600).default(defaultBoxLimits.seconds),
  /** Wall time of a command in the background. */
  backgroundHours: z.int().min(1).max(168).default(defaultBoxLimits.backgroundHours),
  /** Commands in the background that run together. */
  background: z.int().min(0).max(16).default(defaultBoxLimits.background),
  /** Of one command with all its processes. */
  memoryMb: z.int().min(64).max(65_536).default(defaultBoxLimits.memoryMb),
  /** Of one command. */
  processes: z.int().min(8).max(4_096).default(defaultBoxLimits.processes),
  /** Of the whole workspace. */
  workspaceMb: z.int().min(1).max(1_000_000).default(defaultBoxLimits.workspaceMb),
  /** Files and folders of the workspace. */
  workspaceFiles: z.int().min(100).max(2_000_000).default(defaultBoxLimits.workspaceFiles),
});
export type BoxLimits = z.infer<typeof BoxLimits>;

export const BoxSettings = z
  .strictObject({
    enabled: z.boolean().default(false),
    /** The shared workspace it works in; null for its own. */
    workspace: SharedWorkspaceName.nullable().default(null),
    /** The hosts that commands may reach; none without. */
    hosts: z.array(HostPattern).max(100).default([]),
    /** Whether the bot may read pages and search the web. */
    web: z.boolean().default(true),
    limits: BoxLimits.default(defaultBoxLimits),
  })
  .meta({ id: "BoxSettings" });
export type BoxSettings = z.infer<typeof BoxSettings>;
