/**
 * Speaks MCP's stdio protocol with a program that was started elsewhere: a message a line. Other lines are left out,
 * and a line that grows too long ends the connection.
 */
import type { Readable, Writable } from "node:stream";
import { type JSONRPCMessage, ReadBuffer, serializeMessage, type Transport } from "@modelcontextprotocol/client";

export interface Pipes {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it is gone, with why in words for people; null if it was stopped. */
  readonly exit: Promise<string | null>;
  stop(): Promise<void>;
}

export interface PipesOptions {
  readonly start: () => Promise<Pipes>;
  readonly onComplaint: (chunk: Buffer) => void;
  /** Gets why it ended, if it was not stopped. */
  readonly onEnd: (reason: string) => void;
  readonly longestMessageBytes: number;
}

export function createPipesTransport({ start, onComplaint, onEnd, longestMessageBytes }: PipesOptions): Transport {
  const buffer = new ReadBuffer({ maxBufferSize: longestMessageBytes });
  let pipes: Pipes | null = null;

  const transport: Transport = {
    async start() {
      const started = await start();
      pipes = started;
      started.stdin.on("error", () => undefined); // its end is told by `exit`
      started.stderr.on("data", onComplaint);
      started.stdout.on("data", (chunk: Buffer) => {
        try {
          buffer.append(chunk);
        } catch (error) {
          transport.onerror?.(error as Error);
          onEnd(`it sent a message of more than ${longestMessageBytes / 1e6} MB`);
          void started.stop();
          return;
        }
        read();
      });
      void started.exit.then((reason) => {
        if (reason !== null) onEnd(reason);
        pipes = null;
        transport.onclose?.();
      });
    },
    async send(message) {
      if (pipes === null) throw new Error("the program has ended");
      const { stdin, exit } = pipes;
      if (stdin.write(serializeMessage(message))) return;
      await Promise.race([new Promise((resolve) => stdin.once("drain", resolve)), exit]);
    },
    async close() {
      pipes?.stdin.end();
      await pipes?.stop();
    },
  };

  function read(): void {
    for (;;) {
      let message: JSONRPCMessage | null;
      try {
        message = buffer.readMessage();
      } catch (error) {
        transport.onerror?.(error as Error);
        continue;
      }
      if (message === null) return;
      transport.onmessage?.(message);
    }
  }

  return transport;
}
