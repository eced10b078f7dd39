/** What the suites against a real gateway take from the environment: where it is kept, which release, and what it inherits. */
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** The release whose protocol and behaviour this product was built on. */
export const testedVersion = "2026.9.6";

/** Folder of the installed releases, outside the repository: `REEF_OPENCLAW_CACHE`. */
export function cacheFolder(): string {
  return process.env.REEF_OPENCLAW_CACHE || join(homedir(), ".cache/reef/openclaw");
}

/** The release that is asked for: `REEF_OPENCLAW_VERSION`. */
export function wantedVersion(): string {
  return process.env.REEF_OPENCLAW_VERSION || testedVersion;
}

/** For a gateway with this home: nothing of ours that would configure it, and nothing that reaches beyond this machine. */
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
