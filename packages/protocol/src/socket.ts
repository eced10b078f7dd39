/**
 * Defines the socket's frames. Events are the same as in the event stream. Live text is not state: a `delta` says where
 * in the step's text it belongs, so that a reconnecting client can neither lose nor double a word (TU8).
 */
import { z } from "zod";
import { Event } from "./event.ts";
import { GatewayId, SessionId, TurnId } from "./ids.ts";
import { Progress } from "./progress.ts";
import { IsoTime } from "./time.ts";

/** The first frame of a client: resumes after this event; -1, or nothing, means from now on. */
export const ClientHello = z.strictObject({ type: z.literal("hello"), after: z.int().min(-1).nullable().optional() });
export type ClientHello = z.infer<typeof ClientHello>;

const ClientPing = z.strictObject({ type: z.literal("ping") });

export const ClientFrame = z.discriminatedUnion("type", [ClientHello, ClientPing]).meta({ id: "ClientFrame" });
export type ClientFrame = z.infer<typeof ClientFrame>;

export const Delta = z.object({
  type: z.literal("delta"),
  sessionId: SessionId,
  turnId: TurnId,
  /**
   * The model call within the turn that this text belongs to, as the number of its step. A new attempt of a step starts
   * again at offset 0.
   */
  step: z.int(),
  /** UTF-16 offset of `text` in the step's text so far. Anything a client holds beyond it is replaced. */
  offset: z.int(),
  text: z.string(),
});
export type Delta = z.infer<typeof Delta>;

/** What a running step waits for or does before its answer has words. */
export const Phase = z.object({
  type: z.literal("phase"),
  sessionId: SessionId,
  turnId: TurnId,
  step: z.int(),
  /**
   * `waiting`: the model was asked and has sent nothing. `thinking`: it reasons. `writing`: text arrives, as deltas.
   */
  phase: z.enum(["waiting", "thinking", "writing"]),
  since: IsoTime,
  /** Why it waits longer than usual, for people, such as that the model does not answer and is asked again. */
  reason: z.string().max(500).optional(),
});
export type Phase = z.infer<typeof Phase>;

/** What a running call shows of itself, such as the newest lines of a command's output. It replaces the one before. */
export const CallReport = z.object({
  type: z.literal("call"),
  sessionId: SessionId,
  turnId: TurnId,
  callId: z.string(),
  text: z.string().max(4_000),
});
export type CallReport = z.infer<typeof CallReport>;

/**
 * A hint that something changed at a gateway, so that clients read again what they show of it. Without a key, its state
 * or its agents changed, or more sessions than can be named.
 */
export const GatewayHint = z.object({ type: z.literal("gateway"), gatewayId: GatewayId, key: z.string().nullable() });
export type GatewayHint = z.infer<typeof GatewayHint>;

export const ServerFrame = z
  .discriminatedUnion("type", [
    /** The answer to hello: everything up to `seq` follows or is already known. */
    z.object({ type: z.literal("welcome"), seq: z.int(), version: z.string() }),
    z.object({ type: z.literal("event"), event: Event }),
    Delta,
    Phase,
    CallReport,
    GatewayHint,
    z.object({ type: z.literal("progress"), progress: Progress }),
    /** The client fell too far behind (SY2, SY3): read the lists again, then go on from `seq`. */
    z.object({ type: z.literal("reset"), seq: z.int(), reason: z.string() }),
    z.object({ type: z.literal("pong") }),
  ])
  .meta({ id: "ServerFrame" });
export type ServerFrame = z.infer<typeof ServerFrame>;
