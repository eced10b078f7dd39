/**
 * Declares the frames between a gateway and Reef, as far as they are used here. Everything that comes in is parsed
 * once, at the edge: a frame of an unknown type is ignored, a malformed one is noted without its content. Only the
 * needed fields are required, so that later releases may send more.
 */
import { z } from "zod";

/** Oldest and newest supported wire protocol. */
export const protocolRange = { min: 4, max: 4 } as const;

/** Applies until a gateway states its own limit, in bytes. */
export const defaultMaxPayloadBytes = 26_214_400;

const ErrorShape = z.object({
  code: z.string(),
  message: z.string().default(""),
  details: z.unknown().optional(),
  retryable: z.boolean().optional(),
  /** Bounded, because a gateway may send anything. */
  retryAfterMs: z
    .number()
    .nonnegative()
    .transform((ms) => Math.min(ms, 600_000))
    .optional()
    .catch(undefined),
});
export type ErrorShape = z.infer<typeof ErrorShape>;

export const Frame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("res"),
    id: z.string(),
    ok: z.boolean(),
    payload: z.unknown().optional(),
    error: ErrorShape.optional(),
  }),
  z.object({ type: z.literal("event"), event: z.string(), payload: z.unknown().optional() }),
]);
export type Frame = z.infer<typeof Frame>;

export type ReadFrame =
  | { readonly state: "frame"; readonly frame: Frame }
  | { readonly state: "unknown"; readonly type: string }
  | { readonly state: "malformed"; readonly why: string };

/** Never throws, and reports of a malformed frame only where it is wrong: its content may be secret. */
export function readFrame(text: string): ReadFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { state: "malformed", why: "no JSON" };
  }
  const type = typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
  if (typeof type !== "string") return { state: "malformed", why: "no type" };
  if (type !== "res" && type !== "event") return { state: "unknown", type: type.slice(0, 40) };
  const parsed = Frame.safeParse(value);
  if (parsed.success) return { state: "frame", frame: parsed.data };
  return { state: "malformed", why: parsed.error.issues.map(({ path }) => path.join(".")).join(", ") };
}

export const Challenge = z.object({ nonce: z.string() });

function bounded({ least, most, otherwise }: { least: number; most: number; otherwise: number }) {
  return z
    .number()
    .transform((value) => Math.round(Math.min(Math.max(value, least), most)))
    .catch(otherwise);
}

export const HelloOk = z.object({
  protocol: z.int(),
  server: z.object({ version: z.string(), bootId: z.string().default("") }),
  features: z.object({ methods: z.array(z.string()).default([]) }).default({ methods: [] }),
  auth: z.object({ scopes: z.array(z.string()).default([]) }).optional(),
  snapshot: z.object({ health: z.unknown().optional() }).optional(),
  policy: z
    .object({
      maxPayload: bounded({ least: 65_536, most: 268_435_456, otherwise: defaultMaxPayloadBytes }),
      tickIntervalMs: bounded({ least: 10, most: 300_000, otherwise: 30_000 }),
    })
    .default({ maxPayload: defaultMaxPayloadBytes, tickIntervalMs: 30_000 }),
});
export type HelloOk = z.infer<typeof HelloOk>;

/** The rights we ask for: reading, running turns, and what creating agents and changing settings needs. */
export const scopes = [
  "operator.read",
  "operator.write",
  "operator.admin",
  "operator.approvals",
  "operator.pairing",
] as const;

export interface ConnectOptions {
  readonly token: string;
  readonly protocol: { readonly min: number; readonly max: number };
}

/**
 * Builds the whole handshake of a backend client: a gateway accepts this identity by its shared token from loopback,
 * without pairing, as long as the upgrade has no Origin header.
 */
export function connectParams({ token, protocol }: ConnectOptions): Record<string, unknown> {
  return {
    minProtocol: protocol.min,
    maxProtocol: protocol.max,
    client: {
      id: "gateway-client",
      // The name under which it records what a person answered here.
      displayName: "Reef",
      version: "0.1.0",
      platform: "linux",
      mode: "backend",
    },
    role: "operator",
    scopes,
    // Without these, no tool events, no full list of agents, and no run waits for a person's approval.
    caps: ["tool-events", "agent-kind", "approvals", "exec-approvals"],
    auth: { token },
  };
}
