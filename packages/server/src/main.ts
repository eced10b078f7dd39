/**
 * Starts the server for a person: reads the settings, serves, prints the address, and stops cleanly on a signal. Exit
 * codes: 2 for settings that cannot be used, 1 for a start that failed.
 */
import { AppError } from "@reef/protocol/error";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { createLog, type ServerLog } from "./observe/log.ts";
import { type Server, startServer } from "./server.ts";

/** A clean stop takes about a second; anything that hangs longer is left to the crash rules (TU2). */
const stopWithinMs = 4_500;

async function main(): Promise<void> {
  // Every file is readable only by its owner, also those that a library writes (SE5).
  process.umask(0o077);
  const config = await readConfig().catch(exitOnBadSettings);
  const log = createLog(config.logLevel);
  // A bug in one place must not take every bot down; it is in the log, and its request has failed.
  process.on("uncaughtException", (error) => log.error({ error }, "uncaught exception"));
  process.on("unhandledRejection", (error) => log.error({ error }, "unhandled rejection"));
  const onFatal = (error: Error) => {
    log.error({ error }, "the server cannot go on and ends");
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    process.exitCode = 1;
    process.kill(process.pid, "SIGTERM");
  };
  const server = await startServer({ config, log, onFatal, environment: process.env }).catch((error: unknown) =>
    exitOnFailedStart(error, config),
  );
  console.log(`reef ready ${server.url}`);
  console.log(`open ${server.url}/#code=${server.makeLoginCode()}`);
  stopOnSignal(server, log);
}

function stopOnSignal(server: Server, log: ServerLog): void {
  const state = { isStopping: false };
  const stop = (signal: NodeJS.Signals) => {
    if (state.isStopping) process.exit(1);
    state.isStopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    server[Symbol.asyncDispose]().then(
      () => process.exit(process.exitCode ?? 0),
      (error: unknown) => {
        log.error({ error }, "the stop failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

function exitOnBadSettings(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`reef cannot start with these settings:\n${error.message}`);
  process.exit(2);
}

function exitOnFailedStart(error: unknown, config: Config): never {
  const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (isTaken) console.error(`reef cannot start: port ${config.port} is taken; set REEF_PORT to another one`);
  else if (error instanceof AppError) console.error(`reef cannot start: ${error.message}`);
  else console.error(`reef cannot start: ${error instanceof Error ? error.message : String(error)}`, error);
  process.exit(1);
}

await main();
