/**
 * Answers a request of a door with what its work says: as a stream, or whole. An answer may take long, so both keep the
 * connection alive. A client that goes away ends only its own answer; the work goes on, unless the client asked for it
 * to be cancelled then.
 */
import { withdrawMessage } from "@reef/engine/mailbox/dead";
import { cancelSession } from "@reef/engine/session/cancel";
import type { Doors } from "./door-parts.ts";
import { type Finished, followWork, type Piece } from "./follow.ts";
import type { Work } from "./work.ts";

/** How a protocol writes an answer. Contract: no function throws. */
export interface Dialect {
  /** Opens a stream. */
  begin(): string;
  text(text: string): string;
  /** Shows that a stream is alive. */
  readonly ping: string;
  end(finished: Finished): string;
  /** Ends a stream that cannot go on. */
  failed(error: unknown): string;
  whole(finished: Finished): unknown;
  problem(error: unknown, headers: Readonly<Record<string, string>>): Response;
}

export interface Answering {
  readonly work: Work;
  readonly dialect: Dialect;
  readonly isStream: boolean;
  readonly request: Request;
  readonly headers: Readonly<Record<string, string>>;
  readonly cancelsOnAbort: boolean;
}

/** A failure within this time gets its own status; after that the answer has begun. In milliseconds. */
const statusWaitMs = 1_500;
/** A whole answer that takes longer begins with white space, which JSON allows, and gets more of it. */
const quietMs = 30_000;

type Pieces = AsyncGenerator<Piece, Finished>;

export async function answerWork(doors: Doors, answering: Answering): Promise<Response> {
  const { work, dialect, isStream, request, headers } = answering;
  const { clock, log } = { clock: doors.edge.deps.clock, log: doors.log };
  const stop = new AbortController();
  const pieces = followWork(doors, work, stop.signal);
  const onGone = () => {
    if (stop.signal.aborted) return;
    stop.abort(new Error("the client has gone"));
    if (answering.cancelsOnAbort) void cancelWork(doors, work).catch((error) => log.error({ error }, "no cancel"));
  };
  if (request.signal.aborted) onGone();
  request.signal.addEventListener("abort", onGone, { once: true });
  const onEnd = () => request.signal.removeEventListener("abort", onGone);
  try {
    const first: Promise<unknown> = isStream ? pieces.next() : lastOf(pieces);
    const early = Promise.race([first, clock.sleep(isStream ? statusWaitMs : quietMs, stop.signal).then(() => late)]);
    const found = await early;
    if (!isStream && found !== late) {
      onEnd();
      return Response.json(dialect.whole(found as Finished), { headers });
    }
    const streaming = { doors, dialect, onEnd, onGone };
    const body = isStream
      ? streamBody({ ...streaming, pieces, first: first as ReturnType<Pieces["next"]> })
      : wholeBody({ ...streaming, finished: first as Promise<Finished> });
    const type = isStream ? "text/event-stream; charset=utf-8" : "application/json";
    return new Response(body, {
      headers: { ...headers, "content-type": type, "cache-control": "no-store", "x-accel-buffering": "no" },
    });
  } catch (error) {
    onEnd();
    // Known clients repeat a failed request by themselves; this one would fail in the same way.
    return dialect.problem(error, { ...headers, "x-should-retry": "false" });
  }
}

const late = Symbol("late");

async function lastOf(pieces: Pieces): Promise<Finished> {
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) return next.value;
  }
}

interface Streaming {
  readonly doors: Doors;
  readonly dialect: Dialect;
  readonly onEnd: () => void;
  readonly onGone: () => void;
}

function streamBody({
  dialect,
  pieces,
  first,
  onEnd,
  onGone,
}: Streaming & { readonly pieces: Pieces; readonly first: ReturnType<Pieces["next"]> }): ReadableStream<Uint8Array> {
  let next: ReturnType<Pieces["next"]> | null = first;
  // Until it is read it may fail unseen.
  first.catch(() => undefined);
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(dialect.begin())),
    async pull(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text));
      try {
        const { done, value } = await (next ?? pieces.next());
        next = null;
        if (done !== true) return write(value.type === "text" ? dialect.text(value.text) : dialect.ping);
        write(dialect.end(value));
      } catch (error) {
        write(dialect.failed(error));
      }
      onEnd();
      controller.close();
    },
    cancel: onGone,
  });
}

/** A failure breaks the connection off: the status has been sent, and half a JSON is no answer. */
function wholeBody({
  doors,
  dialect,
  finished,
  onEnd,
  onGone,
}: Streaming & { readonly finished: Promise<Finished> }): ReadableStream<Uint8Array> {
  let heartbeat: NodeJS.Timeout | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(" "));
      heartbeat = setInterval(() => controller.enqueue(encoder.encode(" ")), quietMs);
      const end = (act: () => void) => {
        clearInterval(heartbeat);
        onEnd();
        act();
      };
      finished.then(
        (value) =>
          end(() => {
            controller.enqueue(encoder.encode(JSON.stringify(dialect.whole(value))));
            controller.close();
          }),
        (error: unknown) =>
          end(() => {
            doors.log.debug({ error }, "an answer broke off");
            controller.error(error);
          }),
      );
    },
    cancel() {
      clearInterval(heartbeat);
      onGone();
    },
  });
}

const encoder = new TextEncoder();

/** Stops what the request caused: its message if it still waits, else its turn. Another message's turn is left alone. */
async function cancelWork({ edge: { deps } }: Doors, { session, message, ask }: Work): Promise<void> {
  const now = message === null ? null : await deps.store.read.message(message.id);
  if (now?.state === "queued") {
    await withdrawMessage(deps, now.id);
    return;
  }
  const turnId = now?.state === "delivered" ? now.turnId : (ask?.turnId ?? null);
  const current = await deps.store.read.session(session.id);
  if (turnId !== null && current?.turnId === turnId) await cancelSession(deps, session.id, { by: "person" });
}
