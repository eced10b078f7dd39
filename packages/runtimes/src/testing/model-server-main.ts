/**
 * Runs the scripted model server in its own process, for journeys and benches:
 * `node model-server-main.ts [--port N] [--delay MS] [--chunks N] [--gap MS] [--keep N] [--script FILE]`.
 * FILE exports `script`. Prints `model ready URL`; ends on SIGTERM or SIGINT.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { ScriptFunction } from "./model-script.ts";
import { startModelServer } from "./model-server.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: { port: text, delay: text, chunks: text, gap: text, keep: text, script: text },
});

const loaded = values.script
  ? ((await import(pathToFileURL(resolve(values.script)).href)) as { readonly script?: ScriptFunction })
  : {};
if (values.script && !loaded.script) throw new Error(`expected ${values.script} to export a function named script`);

const server = await startModelServer({
  port: Number(values.port ?? 0),
  delayMs: Number(values.delay ?? 0),
  chunks: Number(values.chunks ?? 4),
  gapMs: Number(values.gap ?? 0),
  keep: Number(values.keep ?? 1000),
  ...(loaded.script && { script: loaded.script }),
});
process.stdout.write(`model ready ${server.url}\n`);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void server[Symbol.asyncDispose]().then(() => process.exit(0)));
}
