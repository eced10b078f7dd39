/** Writes the log: JSON lines on stderr, with every secret redacted (SE5). stdout is for what a person reads. */
import { pino } from "pino";

export interface ServerLog {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

const secretNames = [
  "authorization",
  "cookie",
  "apiKey",
  "api_key",
  "token",
  "password",
  "secret",
  "code",
  "set-cookie",
];

export interface LogTarget {
  write(line: string): void;
}

export function createLog(level: LogLevel, target: LogTarget = pino.destination({ fd: 2, sync: true })): ServerLog {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretNames.flatMap(pathsOf), censor: "[redacted]" },
      serializers: { error: pino.stdSerializers.err, cause: pino.stdSerializers.err },
      formatters: { level: (label) => ({ level: label }) },
    },
    target,
  );
}

/** At the top and up to three levels deep. */
function pathsOf(name: string): readonly string[] {
  const key = `["${name}"]`;
  return [key, `*${key}`, `*.*${key}`, `*.*.*${key}`];
}
