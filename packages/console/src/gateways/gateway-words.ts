/** What a gateway's state means, in words: what is so, why, and what a person can do about it. Pure. */
import { assertNever } from "@reef/protocol/error";
import type { Gateway, GatewayState, TokenSource } from "@reef/protocol/gateway";
import { durationLabel } from "../ui/time.ts";

export const wordByState: Readonly<Record<GatewayState, string>> = {
  off: "Off",
  connecting: "Connecting",
  ready: "Ready",
  read_only: "Read only",
  unreachable: "Unreachable",
  refused: "Refused",
};

/** `OpenClaw 2026.9.6 · protocol 4`; empty while neither is known. */
export function releaseWords({ version, protocolVersion }: Pick<Gateway, "version" | "protocolVersion">): string {
  const parts = [version && `OpenClaw ${version}`, protocolVersion !== null && `protocol ${protocolVersion}`];
  return parts.filter(Boolean).join(" · ");
}

/** What holds and what to do, beside the gateway's own reason; null when there is nothing to do. */
export function adviceFor({ state, token }: Pick<Gateway, "state" | "token">): string | null {
  switch (state) {
    case "ready":
    case "connecting":
      return null;
    case "off":
      return "Switched off by a person: a message to one of its bots fails, and can be tried again once it is on.";
    case "read_only":
      return "Its agents and sessions can be read; a message to one of its bots fails until Reef or OpenClaw is updated.";
    case "unreachable":
      return "Messages to its bots wait and are sent when it is back. Is it running? On its machine: openclaw gateway run";
    case "refused":
      return `Compare the token in ${tokenWords(token)} with gateway.auth.token in OpenClaw's own configuration, then check again.`;
    default:
      return assertNever(state);
  }
}

/** Where the token is found; never the token. */
export function tokenWords({ from, name }: TokenSource): string {
  return from === "env" ? `the variable ${name}` : `the file ${name}`;
}

/** `Next try in 12 s`; null when no try is planned. */
export function retryWords(retryAt: string | null, nowMs: number): string | null {
  if (retryAt === null) return null;
  const waitMs = Date.parse(retryAt) - nowMs;
  return waitMs <= 1000 ? "Trying again now" : `Next try in ${durationLabel(Math.ceil(waitMs / 1000) * 1000)}`;
}

/** Whether bots bound to it can work now. */
export function canWork({ state }: Pick<Gateway, "state">): boolean {
  return state === "ready";
}
