/** Reads from a request's headers and metadata what all doors understand in the same way. */
import { AppError } from "@reef/protocol/error";
import type { MemoryMode } from "@reef/protocol/session";
import { idempotencyKeyOf } from "../http/messages.ts";
import type { DoorRequest } from "./said.ts";

export type RequestHead = Pick<DoorRequest, "idempotencyKey" | "isRetry" | "memory" | "cancelsOnAbort">;

/** The headers of Reef's own that a client may send; described in the reference. */
export const doorHeaders = [
  {
    name: "X-Reef-Session",
    description: "Which session: its id, or any name. The first request with a name creates the session.",
  },
  { name: "X-Reef-Memory", description: "`off`: a session that this request creates is incognito." },
  {
    name: "X-Reef-On-Abort",
    description: "`cancel`: when the client goes away, the bot stops. By default it goes on.",
  },
  { name: "Idempotency-Key", description: "The same key again is the same work and gets the same answer." },
] as const;

export function readHead(request: Request, metadata: unknown): RequestHead {
  const { headers } = request;
  const retries = Number(headers.get("x-stainless-retry-count") ?? 0);
  return {
    idempotencyKey: idempotencyKeyOf(request),
    isRetry: Number.isFinite(retries) && retries > 0,
    memory: memoryOf(headers.get("x-reef-memory") ?? fieldOf(metadata, "reef_memory")),
    cancelsOnAbort: headers.get("x-reef-on-abort")?.trim().toLowerCase() === "cancel",
  };
}

function memoryOf(value: unknown): MemoryMode | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  if (value === "on" || value === "off") return value;
  const message = "expected on or off";
  throw new AppError("invalid_request", `X-Reef-Memory: ${message}`, { fields: [{ path: "X-Reef-Memory", message }] });
}

function fieldOf(metadata: unknown, name: string): unknown {
  if (typeof metadata !== "object" || metadata === null) return undefined;
  return (metadata as Readonly<Record<string, unknown>>)[name];
}
