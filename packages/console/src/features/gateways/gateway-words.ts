/** Explains a gateway's state: what is the case, why, and what a person can do about it. Pure. */
import { assertNever } from "@reef/protocol/error";
import type { Gateway, GatewayState, TokenSource } from "@reef/protocol/gateway";
import { durationLabel } from "../../ui/time.ts";

export const wordByState: Readonly<Record<GatewayState, string>> = {
  off: "Off",
  connecting: "Connecting",
  ready: "Ready",
  read_only: "Read only",
  unreachable: "Unreachable",
  refused: "Refused",
};

/** Formats `OpenClaw 2026.9.6 · protocol 4`; empty while neither is known. */
export function releaseWords({ version, protocolVersion }: Pick<Gateway, "version" | "protocolVersion">): string {
  const parts = [version && `OpenClaw ${version}`, protocolVersion !== null && `protocol ${protocolVersion}`];
  return parts.filter(Boolean).join(" · ");
}

/** Says what happens to a message for one of its bots in this state; empty while it works. */
export function consequenceOf(state: GatewayState): string {
  switch (state) {
    case "ready":
    case "connecting":
      return "";
    case "unreachable":
      return "Messages to its bots wait and are sent when it is back.";
    case "off":
    case "read_only":
    case "refused":
      return "Messages to its bots fail. You can retry them once this is fixed.";
    default:
      return assertNever(state);
  }
}

/** Says what to do, beside the gateway's own reason; null when there is nothing to do. */
export function adviceFor({ state, token }: Pick<Gateway, "state" | "token">): string | null {
  const consequence = consequenceOf(state);
  switch (state) {
    case "ready":
    case "connecting":
      return null;
    case "off":
      return `You switched it off. ${consequence}`;
    case "read_only":
      return `Its agents and sessions can be read, but Reef or OpenClaw has to be updated. ${consequence}`;
    case "unreachable":
      return `${consequence} Is it running? On its machine: openclaw gateway run`;
    case "refused":
      return token.from === "secret"
        ? `Enter the token again under Edit: it is gateway.auth.token in OpenClaw's configuration. ${consequence}`
        : `Compare the token in ${tokenWords(token)} with gateway.auth.token in OpenClaw's configuration, then check again. ${consequence}`;
    default:
      return assertNever(state);
  }
}

/** Says where the token is found; never the token. */
export function tokenWords({ from, name }: TokenSource): string {
  if (from === "secret") return `the secret “${name}”`;
  return from === "env" ? `the variable ${name}` : `the file ${name}`;
}

/** Formats `Next try in 12 s`; null when no attempt is planned. */
export function retryWords(retryAt: string | null, nowMs: number): string | null {
  if (retryAt === null) return null;
  const seconds = Math.ceil((Date.parse(retryAt) - nowMs) / 1000);
  if (seconds <= 1) return "Trying again now";
  return `Next try in ${seconds < 60 ? `${seconds} s` : durationLabel(seconds * 1000)}`;
}
