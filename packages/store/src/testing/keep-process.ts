/** Runs as the process that is killed: keeps many files in parallel, and reports which are acknowledged. */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { openFiles } from "@reef/engine/file/files";
import { openFileFolder } from "../files/file-folder.ts";
import { openSqliteStore } from "../sqlite/open.ts";

const [folder = "", round = "0"] = process.argv.slice(2);
const clock = {
  now: () => performance.timeOrigin + performance.now(),
  steady: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};
const store = await openSqliteStore({ folder, clock });
const files = openFiles({ store, clock, bytes: await openFileFolder(join(folder, "files")), maxBytes: 1e9 });
writeSync(1, "ready\n");

/** Bounds what there is to examine, however late the kill comes on a busy machine. */
const filesAtMost = 300;

/** Every other file shares its bytes with many others; the rest are unique. */
async function* chunksOf(n: number): AsyncGenerator<Uint8Array> {
  const text = n % 2 === 0 ? `shared ${n % 8}` : `own ${round}.${n}`;
  for (let part = 0; part < 4; part += 1) {
    yield new TextEncoder().encode(`${text} `.repeat(200));
    await clock.sleep(Math.random() < 0.2 ? 1 : 0);
  }
}

const keepOne = async (n: number) => {
  const { id, sha256 } = await files.keep({ name: `${n}.txt`, mediaType: "text/plain", chunks: chunksOf(n) });
  writeSync(1, `kept ${id} ${sha256}\n`);
};
const lane = async (first: number) => {
  for (let n = first; n < filesAtMost; n += 6) {
    await keepOne(n);
    if (n % 30 === 0) await files.sweep();
  }
};
await Promise.all(Array.from({ length: 6 }, (_, n) => lane(n)));
setInterval(() => undefined, 1_000); // waits for its kill
