/** Tests the stdio protocol with a program that was started elsewhere, and with programs that do not keep to it. */
import { PassThrough } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { expect, it, vi } from "vitest";
import { createPipesTransport } from "./pipes-transport.ts";

async function open() {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const ended = Promise.withResolvers<string | null>();
  const stop = vi.fn(async () => ended.resolve(null));
  const heard: JSONRPCMessage[] = [];
  const complaints: string[] = [];
  const ends: string[] = [];
  let isClosed = false;
  const transport = createPipesTransport({
    start: async () => ({ stdin, stdout, stderr, exit: ended.promise, stop }),
    onComplaint: (chunk) => complaints.push(String(chunk)),
    onEnd: (reason) => ends.push(reason),
    longestMessageBytes: 1_000,
  });
  transport.onmessage = (message) => heard.push(message);
  transport.onclose = () => {
    isClosed = true;
  };
  await transport.start();
  return { stdin, stdout, stderr, ended, stop, heard, complaints, ends, transport, isClosed: () => isClosed };
}

const ping = { jsonrpc: "2.0" as const, id: 1, method: "ping" };

it("sends and hears a message a line, and what comes between is left out", async () => {
  const pipes = await open();
  pipes.stdout.write(`Listening …\n\u001b[31mred\u001b[0m\n{"a":1}\n${JSON.stringify(ping)}\n[1,2`);
  pipes.stdout.write("]\n");
  await expect.poll(() => pipes.heard).toEqual([ping]);
  await pipes.transport.send(ping);
  expect(JSON.parse(String(pipes.stdin.read()))).toEqual(ping);
  pipes.stderr.write("trouble");
  await expect.poll(() => pipes.complaints).toEqual(["trouble"]);
});

it("TO3: a line without an end is cut off with the program, and says so", async () => {
  const pipes = await open();
  for (let at = 0; at < 3; at += 1) pipes.stdout.write("x".repeat(600));
  await expect.poll(() => pipes.stop.mock.calls.length).toBeGreaterThan(0);
  expect(pipes.ends[0]).toContain("it sent a message of more than");
  await expect.poll(pipes.isClosed).toBe(true);
});

it("a program that ends by itself closes the connection with its reason, and takes nothing more", async () => {
  const pipes = await open();
  pipes.ended.resolve("it ended by itself with code 3");
  await expect.poll(pipes.isClosed).toBe(true);
  expect(pipes.ends).toEqual(["it ended by itself with code 3"]);
  await expect(pipes.transport.send(ping)).rejects.toThrow("has ended");
  await pipes.transport.close();
});
