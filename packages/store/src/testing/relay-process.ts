/** Runs as the process that is killed: a real store in the given folder, under load, reporting what is on disk. */
import { writeSync } from "node:fs";
import { makeId } from "@reef/engine/ids";
import { msToIso } from "@reef/protocol/time";
import { openSqliteStore } from "../sqlite/open.ts";
import { type Relay, runTurns, sendToken } from "./relay.ts";

const [folder = "", firstToken = "0"] = process.argv.slice(2);
const nowMs = () => performance.timeOrigin + performance.now();
const clock = {
  now: nowMs,
  steady: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

const store = await openSqliteStore({ folder, clock });
const { items } = await store.read.sessions({}, { limit: 1000, cursor: null });
const relay: Relay = {
  store,
  worker: makeId("worker"),
  sessions: items.map(({ id }) => id).toSorted(),
  open: new AbortController().signal,
  now: () => msToIso(nowMs()),
  acknowledge: (id) => tell(`ack ${id}`),
};
tell("ready");

/** Bounds what there is to examine, however late the kill comes on a busy machine. */
const tokensAtMost = 240;

const send = async () => {
  for (let token = Number(firstToken); token < Number(firstToken) + tokensAtMost; token += 8) {
    await Promise.all(Array.from({ length: 8 }, (_, index) => sendToken(relay, token + index)));
    tell(`sent ${token + 8}`);
    await clock.sleep(2);
  }
};
await Promise.all([send(), runTurns(relay)]);

/** Returns once the whole line is in the pipe: what is acknowledged must be known before anything else happens. */
function tell(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      // The pipe is full, because its reader is slower for a moment.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
