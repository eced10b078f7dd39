/**
 * Reads what the suites against a real gateway use of the environment: its folder, its release, and what it inherits.
 */
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** The release whose protocol and behaviour this product was built on. */
export const testedVersion = "2026.9.6";

/** Returns the folder of the installed releases, outside the repository: `REEF_OPENCLAW_CACHE`. */
export function cacheFolder(): string {
  return process.env.REEF_OPENCLAW_CACHE || join(homedir(), ".cache/reef/openclaw");
}

/** Returns the requested release: `REEF_OPENCLAW_VERSION`. */
export function wantedVersion(): string {
  return process.env.REEF_OPENCLAW_VERSION || testedVersion;
}

/**
 * Returns the environment of a gateway with this home: no setting of ours that would configure it, and none that
 * reaches beyond this machine.
 */
export function gatewayEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(OPENCLAW_|REEF_|ANTHROPIC_|OPENAI_|NODE_OPTIONS|NODE_ENV|VITEST)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
    OPENCLAW_DISABLE_BONJOUR: "1",
    OPENCLAW_NO_RESPAWN: "1",
    OPENCLAW_EXEC_SHELL_SNAPSHOT: "0",
    OPENCLAW_SKIP_CHANNELS: "1",
    NO_COLOR: "1",
  };
}
