/** Runs the tests of the Python client against a server: BlackBox5's agents keep their code (ME2, ME3). */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { serve } from "../testing/serve.ts";

const folder = resolve(import.meta.dirname, "../../../../clients/python");

it("the Python client does what the original AgentMemory does, and loses nothing where that one did", {
  timeout: 120_000,
}, async () => {
  await using reef = await serve();
  const env = {
    ...process.env,
    REEF_URL: reef.server.url,
    REEF_TOKEN: reef.server.token,
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const python = spawn("python3", ["-m", "unittest", "-v"], { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  const said = await text(python.stderr);
  expect(said).toMatch(/Ran \d\d tests[\s\S]*\nOK\n$/);
});
