/**
 * Brings live text, and other news that is not state, to consoles at other workers (FL7). Frames are gathered, merged and
 * sent in texts that the channel can carry. A worker that starts, or finds a gap, asks the others for all text so far:
 * offsets make a repeated text harmless (TU8). Text of a step that the store has completed is dropped, however late it
 * comes.
 */
import type { LiveFrame } from "@reef/engine/live/live-text";
import type { Clock } from "@reef/engine/port/clock";
import type { LiveChannel } from "@reef/engine/port/live-channel";
import type { Store } from "@reef/engine/port/store";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import { type TurnId, WorkerId } from "@reef/protocol/ids";
import { CallReport, Delta, GatewayHint, Phase, ServerFrame } from "@reef/protocol/socket";
import { z } from "zod";
import type { HubNotice } from "./hub.ts";
import { createLiveFrames } from "./live-frames.ts";

export interface LiveRelay extends Disposable {
  /** Takes a frame of this worker's own turns. Never blocks or throws. */
  publish(frame: LiveFrame): void;
  tell(notice: HubNotice): void;
}

export interface LiveRelayParts {
  readonly channel: LiveChannel;
  readonly store: Pick<Store, "onEvents" | "onGap">;
  readonly clock: Clock;
  readonly worker: WorkerId;
  /** Receives what other workers say. */
  readonly onFrame: (frame: LiveFrame) => void;
  readonly onNotice: (notice: HubNotice) => void;
}

const Progress = ServerFrame.options.find((option) => option.shape.type.value === "progress");
const Frame = z.discriminatedUnion("type", [Delta, Phase, CallReport]);
const Text = z.object({
  from: WorkerId,
  frames: z.array(Frame).optional(),
  notices: z.array(z.union([GatewayHint, ...(Progress === undefined ? [] : [Progress])])).optional(),
  /** Asks every other worker for its text so far. */
  asks: z.literal(true).optional(),
});
type Text = z.infer<typeof Text>;

/** How long frames gather before they are sent. */
const gatherMs = 100;
/** A worker asks, and answers, no more often than this. */
const askEveryMs = 1_000;
/** How many turns are remembered, so that late text of theirs is known as such. */
const turnsKept = 2_000;
/** Leaves room for the names around a text. */
const headBytes = 600;

export function startLiveRelay(parts: LiveRelayParts): LiveRelay {
  const { channel, store, clock, worker } = parts;
  const own = createLiveFrames();
  const ended = new AbortController();
  /** The last step that the store has of a turn; infinity once the turn has ended. */
  const stepsDone = new Map<TurnId, number>();
  /** How much of each running step of other workers is known here. */
  const known = new Map<TurnId, { readonly step: number; readonly length: number }>();
  /** Calls whose results the store has. */
  const callsDone = new Set<string>();
  let notices: HubNotice[] = [];
  let gathering = false;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let answeredAtMs = Number.NEGATIVE_INFINITY;

  function gather(): void {
    if (gathering) return;
    gathering = true;
    void clock.sleep(gatherMs, ended.signal).then(() => {
      gathering = false;
      if (ended.signal.aborted) return;
      const told = notices;
      notices = [];
      for (const notice of told) send({ from: worker, notices: [notice] });
      sendFrames(own.flush());
    });
  }

  function send(text: Text): void {
    const json = JSON.stringify(text);
    if (Buffer.byteLength(json) <= channel.maxBytes) channel.send(json);
  }

  /** Packs frames into as few texts as the channel allows; a long delta is cut into several. */
  function sendFrames(frames: readonly LiveFrame[]): void {
    const most = channel.maxBytes - headBytes;
    let batch: LiveFrame[] = [];
    let bytes = 0;
    const flush = () => {
      if (batch.length > 0) send({ from: worker, frames: batch });
      batch = [];
      bytes = 0;
    };
    for (const frame of frames.flatMap((each) => cut(each, most))) {
      const size = Buffer.byteLength(JSON.stringify(frame)) + 1;
      if (bytes + size > most) flush();
      batch.push(frame);
      bytes += size;
    }
    flush();
  }

  function ask(): void {
    if (clock.steady() - askedAtMs < askEveryMs) return;
    askedAtMs = clock.steady();
    send({ from: worker, asks: true });
  }

  function answer(): void {
    if (clock.steady() - answeredAtMs < askEveryMs) return;
    answeredAtMs = clock.steady();
    sendFrames(own.snapshot());
  }

  function take(frame: LiveFrame): void {
    if (frame.type === "call") {
      const isOver = stepsDone.get(frame.turnId) === Number.POSITIVE_INFINITY || callsDone.has(keyOfCall(frame));
      if (!isOver) parts.onFrame(frame);
      return;
    }
    if (frame.step <= (stepsDone.get(frame.turnId) ?? 0)) return;
    if (frame.type === "delta") {
      const before = known.get(frame.turnId);
      const length = before?.step === frame.step ? before.length : 0;
      if (before !== undefined && before.step > frame.step) return;
      if (frame.offset > length) {
        ask();
        return;
      }
      known.set(frame.turnId, { step: frame.step, length: frame.offset + frame.text.length });
    }
    parts.onFrame(frame);
  }

  function settle(event: Event): void {
    own.settle(event);
    if (event.type === "entry.created" && event.entry.kind === "tool_result") noteResult(event.entry);
    if (event.type !== "turn.changed") return;
    const { id, steps, endedAt } = event.turn;
    stepsDone.delete(id);
    stepsDone.set(id, endedAt === null ? steps : Number.POSITIVE_INFINITY);
    if (endedAt !== null) known.delete(id);
    for (const oldest of stepsDone.keys()) {
      if (stepsDone.size <= turnsKept) break;
      stepsDone.delete(oldest);
      known.delete(oldest);
    }
  }

  function noteResult({ turnId, tool }: Entry): void {
    if (turnId === null || tool === null) return;
    callsDone.add(keyOfCall({ turnId, callId: tool.callId }));
    for (const oldest of callsDone) {
      if (callsDone.size <= turnsKept) break;
      callsDone.delete(oldest);
    }
  }

  const stops = [
    store.onEvents((events) => {
      for (const event of events) settle(event);
    }),
    channel.onText((text) => {
      const read = parse(text);
      if (read === null || read.from === worker) return;
      if (read.asks === true) answer();
      for (const frame of read.frames ?? []) take(frame);
      for (const notice of read.notices ?? []) parts.onNotice(notice as HubNotice);
    }),
  ];
  const stopGaps = store.onGap(ask);
  stops.push(stopGaps);
  ask();

  return {
    publish(frame) {
      if (own.add(frame)) gather();
    },
    tell(notice) {
      notices.push(notice);
      gather();
    },
    [Symbol.dispose]() {
      ended.abort();
      for (const stop of stops) stop();
    },
  };
}

/** A worker of another version may say something else: what cannot be read is no news. */
function parse(text: string): Text | null {
  try {
    return Text.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function keyOfCall({ turnId, callId }: Pick<CallReport, "turnId" | "callId">): string {
  return `${turnId}/${callId}`;
}

/** A long delta becomes several. Of a call's report, which replaces the one before, the newest part is sent. */
function cut(frame: LiveFrame, most: number): readonly LiveFrame[] {
  if (Buffer.byteLength(JSON.stringify(frame)) <= most) return [frame];
  if (frame.type === "call") return cut({ ...frame, text: frame.text.slice(Math.ceil(frame.text.length / 2)) }, most);
  if (frame.type !== "delta") return [];
  const middle = Math.ceil(frame.text.length / 2);
  const head = { ...frame, text: frame.text.slice(0, middle) };
  const tail = { ...frame, offset: frame.offset + middle, text: frame.text.slice(middle) };
  return [...cut(head, most), ...cut(tail, most)];
}
