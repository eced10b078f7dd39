/** Runs as a process that may not write a large file: keeps a small one, fails at a large one, and reports how. */
import { openFileFolder } from "../files/file-folder.ts";

const files = await openFileFolder(process.argv[2] ?? "");

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n += 1) yield new Uint8Array(size).fill(n);
}

const small = await files.receive(chunks(1, 5));
await small.keep();
await small[Symbol.asyncDispose]();
try {
  await files.receive(chunks(64, 65_536));
} catch (error) {
  const { code, message } = error as { readonly code: string; readonly message: string };
  process.stdout.write(JSON.stringify({ code, message, used: await files.used() }));
}
