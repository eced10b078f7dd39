/**
 * Answers a provider's test as the client asks for it: complete at its end, or as lines of JSON while it runs, one for
 * each step. A failure after the first byte can no longer have a status, so it is the last line. The test ends when the
 * client stops reading.
 */
import type { ProviderTest, ProviderTestLine, ProviderTestStep } from "@reef/protocol/provider";
import { errorToProblem } from "./errors.ts";

/** Runs a test. Rejects with the signal's reason when that ends it. */
export type RunTest = (follow: {
  readonly signal: AbortSignal;
  readonly onStep?: (step: ProviderTestStep) => void;
}) => Promise<ProviderTest>;

const linesType = "application/x-ndjson";
/** Proxies close streams that are silent for long; loading a model may take minutes. */
const heartbeatMs = 15_000;

export async function answerTest(request: Request, run: RunTest): Promise<ProviderTest | Response> {
  if (!request.headers.get("accept")?.includes(linesType)) return await run({ signal: request.signal });
  return new Response(streamTest(request.signal, run), {
    headers: { "content-type": linesType, "cache-control": "no-store", "x-accel-buffering": "no" },
  });
}

function streamTest(asked: AbortSignal, run: RunTest): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const left = new AbortController();
  const signal = AbortSignal.any([asked, left.signal]);
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string): void => {
        if (!signal.aborted) controller.enqueue(encoder.encode(`${text}\n`));
      };
      const writeLine = (line: ProviderTestLine): void => write(JSON.stringify(line));
      const heartbeat = setInterval(() => write(""), heartbeatMs);
      run({ signal, onStep: (step) => writeLine({ step }) })
        .then(
          (test) => writeLine({ test }),
          (error: unknown) => writeLine({ problem: errorToProblem(error) }),
        )
        .finally(() => {
          clearInterval(heartbeat);
          if (!left.signal.aborted) controller.close();
        });
    },
    cancel: () => left.abort(),
  });
}
