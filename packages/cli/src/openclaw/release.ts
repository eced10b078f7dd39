/**
 * Finds out which release of OpenClaw a configuration belongs to, from the best source available: a gateway connected to
 * Reef says what runs, the program on this machine what the next start will run, the configuration which release wrote it
 * last. A release that would not start with what `connect` writes is refused before anything is written.
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
  /** The gateway as Reef knows it; null when it does not. */
  readonly gateway: Gateway | null;
  /** A path, or a name that the shell would find. */
  readonly program: string;
  readonly config: JsonObject;
}

/** Returns null when none of the sources names a release. */
export async function findRelease({ gateway, program, config }: Witnesses): Promise<Release | null> {
  // Reef keeps the last known version of a disconnected gateway; it may be outdated by now.
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

/** Shown to the person when no release is known. */
export const unknownRelease = `Which release of OpenClaw this is could not be read. ${oldestRelease} or newer is needed: an older one does not start with the settings that Reef writes. See: openclaw --version\n`;

const reasons: Readonly<Record<Release["witness"], string>> = {
  gateway: "the gateway that is connected to Reef says so",
  program: "openclaw --version says so",
  configuration: "it wrote this configuration last",
};

/** The program answers within a second, also on a busy machine, and starts nothing. */
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
