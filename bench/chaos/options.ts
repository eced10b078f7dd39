/** Reads the options of a chaos run; a value that cannot be used ends the run with what was expected. */
import { parseArgs } from "node:util";

export interface ChaosOptions {
  readonly store: "sqlite" | "postgres";
  /** Processes that are killed, stopped and started again. */
  readonly kills: number;
  readonly seed: number;
  readonly workers: number;
  readonly sessions: number;
  /** At least so many are sent, and more while faults go on. */
  readonly messages: number;
  readonly json: boolean;
  /** Runs a copy of the server that does not check claims: the run must then fail. */
  readonly fenceOff: boolean;
}

const text = { type: "string" } as const;

/** Throws an error that names the option. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: text,
      kills: text,
      seed: text,
      workers: text,
      sessions: text,
      messages: text,
      json: { type: "boolean", default: false },
      "fence-off": { type: "boolean", default: false },
    },
  });
  const store = values.store ?? "sqlite";
  if (store !== "sqlite" && store !== "postgres") throw new Error("--store: expected sqlite or postgres");
  const isShared = store === "postgres";
  const workers = whole("--workers", values.workers, { min: 1, max: 16, otherwise: isShared ? 4 : 1 });
  if (!isShared && workers !== 1) throw new Error("--workers: with SQLite there is one process");
  if (!isShared && values["fence-off"]) throw new Error("--fence-off: only several workers have a fence");
  return {
    store,
    workers,
    kills: whole("--kills", values.kills, { min: 1, max: 100_000, otherwise: isShared ? 60 : 200 }),
    seed: whole("--seed", values.seed, { min: 0, max: 2 ** 32 - 1, otherwise: Math.floor(Date.now() / 1000) }),
    sessions: whole("--sessions", values.sessions, { min: 2, max: 10_000, otherwise: isShared ? 200 : 60 }),
    messages: whole("--messages", values.messages, { min: 1, max: 1_000_000, otherwise: 200 }),
    json: values.json,
    fenceOff: values["fence-off"],
  };
}

function whole(
  name: string,
  value: string | undefined,
  { min, max, otherwise }: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max)
    throw new Error(`${name}: expected a whole number from ${min} to ${max}, found “${value}”`);
  return number;
}
