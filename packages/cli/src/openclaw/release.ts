/**
 * Which release of OpenClaw a configuration belongs to, by the best witness there is: a gateway that is connected to Reef
 * says what runs, the program on this machine what its next start runs, the configuration who wrote it last. One that would
 * not start with what `connect` writes is refused before anything is written.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Gateway } from "@reef/protocol/gateway";
import { isTooOld, oldestRelease } from "@reef/protocol/openclaw-release";
import { CommandError } from "../command-error.ts";
import { type JsonObject, valueAt } from "./config-changes.ts";

export interface Release {
  readonly version: string;
  readonly witness: "gateway" | "program" | "configuration";
}

export interface Witnesses {
  /** As Reef knows it; null when it does not. */
  readonly gateway: Gateway | null;
  /** A path, or a name that a shell would find. */
  readonly program: string;
  readonly config: JsonObject;
}

/** Null when none of them says. */
export async function findRelease({ gateway, program, config }: Witnesses): Promise<Release | null> {
  // Of one that is not connected, the last word is kept: it may be of another release by now.
  const running = gateway?.connectedAt ? releaseIn(gateway.version) : null;
  if (running !== null) return { version: running, witness: "gateway" };
  const installed = releaseIn(await askProgram(program));
  if (installed !== null) return { version: installed, witness: "program" };
  const writer = releaseIn(valueAt(config, ["meta", "lastTouchedVersion"]));
  return writer === null ? null : { version: writer, witness: "configuration" };
}

export function refuseTooOld(
  { version, witness }: Release,
  { gateway, wasJoined }: { readonly gateway: Gateway | null; readonly wasJoined: boolean },
): void {
  if (!isTooOld(version)) return;
  const lines = [
    `this is OpenClaw ${version} (${reasons[witness]}), and ${oldestRelease} or newer is needed: an older one does not start with the settings that Reef writes. Nothing was changed.`,
    "Bring OpenClaw up to date, restart its gateway, and try again.",
    gateway === null
      ? "Reef can still read that gateway: add it by hand in the console, Gateways → Add a gateway."
      : `Reef can still read that gateway: it is connected as “${gateway.name}”.`,
  ];
  if (witness !== "gateway") {
    lines.push("If a newer one is already running, connect it to Reef: then its own version counts.");
  }
  if (wasJoined) lines.push("To undo what Reef wrote there earlier: npm run reef -- openclaw disconnect");
  throw new CommandError(lines.join("\n"));
}

/** For a person, when no release is known. */
export const unknownRelease = `Which release of OpenClaw this is could not be read. ${oldestRelease} or newer is needed: an older one does not start with the settings that Reef writes. See: openclaw --version\n`;

const reasons: Readonly<Record<Release["witness"], string>> = {
  gateway: "the gateway that is connected to Reef says so",
  program: "openclaw --version says so",
  configuration: "it wrote this configuration last",
};

/** It answers within a second, also on a machine that is busy; nothing is started by it. */
const programTimeoutMs = 15_000;

async function askProgram(program: string): Promise<string | null> {
  const asked = promisify(execFile)(program, ["--version"], { timeout: programTimeoutMs, windowsHide: true });
  return asked.then(
    ({ stdout }) => stdout,
    () => null,
  );
}

function releaseIn(text: unknown): string | null {
  return typeof text === "string" ? (/\b\d{4}\.\d{1,2}\.\d{1,3}(?:-[\w.]+)?/.exec(text)?.[0] ?? null) : null;
}
