/**
 * Starts every command: `node scripts/bootstrap.mjs COMMAND [arguments]`. It runs on any Node ≥ 18 with nothing
 * installed, installs packages when needed, then hands over to the Node 24 that came with them. Output, signals and the
 * exit code are those of the command itself.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { installPackages, nodeBinary } from "./install.mjs";
import { watchForOrphan } from "./orphan.mjs";
import { serverEnvironment, serverFlags } from "./server-flags.mjs";
import { buildNames, isBuildFresh, root } from "./stamp.mjs";

const server = "packages/server/src/main.ts";

/** @type {Record<string, { run: string[], defaults?: string[], needsBuild?: boolean, entry?: string }>} */
const commandByName = {
  start: { run: [...serverFlags, "dist/server/main.js"], needsBuild: true, entry: server },
  dev: { run: [...serverFlags, server], entry: server }, // no --watch: with it, Node posts messages of its own from every worker thread
  build: { run: ["scripts/build.ts"] },
  check: { run: ["scripts/check.ts"] },
  format: { run: ["node_modules/@biomejs/biome/bin/biome", "check", "--write"], defaults: ["."] },
  test: { run: ["scripts/test.ts"] },
  e2e: { run: ["scripts/test.ts", "--project", "e2e"] },
  "test:postgres": { run: ["scripts/test.ts", "--project", "postgres"] },
  "test:openclaw": { run: ["scripts/test.ts", "--project", "openclaw"] },
  "test:mcp": {
    run: ["scripts/test.ts", "--project", "outside", "conformance.outside", "published.outside", "killed.outside"],
  },
  "test:clients": { run: ["scripts/test.ts", "--project", "outside", "clients.outside"] },
  "soak:openclaw": {
    run: ["node_modules/vitest/vitest.mjs", "run", "--project", "openclaw-soak"],
    needsBuild: true,
    entry: "vitest.config.ts",
  },
  look: { run: ["e2e/look/run.ts"], entry: "e2e/look/run.ts" },
  reef: { run: ["packages/cli/src/main.ts"] },
  soak: { run: ["bench/run.ts", "soak"], needsBuild: true, entry: "bench/soak.ts" },
  chaos: { run: ["bench/chaos/run.ts"], needsBuild: true, entry: "bench/chaos/run.ts" },
  bench: { run: ["bench/run.ts"], needsBuild: true, entry: "bench/run.ts" },
};

const [name = "", ...rest] = process.argv.slice(2);

/** @type {Record<string, string>} */
const environment = {
  PATH: `${dirname(nodeBinary)}${delimiter}${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`,
  ...(name === "start" || name === "dev" ? serverEnvironment : {}),
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, ".cache/compile"),
};

const command = commandByName[name];
if (!command) end(`unknown command "${name}". Use one of: ${Object.keys(commandByName).join(", ")}.`);
if (Number(process.versions.node.split(".")[0]) < 18) end(`expected Node 18 or newer, found ${process.version}.`);

installPackages();
if (command.needsBuild && !buildNames.every(isBuildFresh)) {
  const code = await runNode(["scripts/build.ts"]);
  if (code !== 0) process.exit(code);
}
if (command.entry && !existsSync(join(root, command.entry)))
  end(`${command.entry} does not exist, so there is nothing to run.`);
process.exit(await runNode([...command.run, ...(rest.length > 0 ? rest : (command.defaults ?? []))]));

/**
 * Runs Node 24 and forwards signals. A second process stays between the caller and the command because
 * Node < 23 cannot replace itself; it does no work while it waits.
 * @param {string[]} args @returns {Promise<number>} the exit code, 128 + n after signal n
 */
function runNode(args) {
  return new Promise((resolve) => {
    const child = spawn(nodeBinary, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...environment } });
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
      const isFromTerminal = signal === "SIGINT" && process.stdin.isTTY; // then the child got it too
      process.on(signal, () => isFromTerminal || child.kill(signal));
    }
    watchForOrphan(() => child.kill("SIGTERM"));
    child.on("error", (error) => end(`cannot run ${nodeBinary}: ${error.message}. Delete node_modules and run again.`));
    child.on("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
  });
}

/** @param {string} message @returns {never} */
function end(message) {
  console.error(`reef: ${message}`);
  process.exit(1);
}
