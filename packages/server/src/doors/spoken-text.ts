/**
 * Merges live text and finished entries into one text that only grows, because nothing that was sent to a client can be
 * taken back. White space at the end of live text is held back: entries are trimmed. If a model begins its answer again
 * after some of it was sent, the new text follows as soon as it differs.
 */
import type { Entry } from "@reef/protocol/entry";
import type { EntryId } from "@reef/protocol/ids";
import type { Delta } from "@reef/protocol/socket";
import { betweenTexts } from "./answer-text.ts";

export interface SpokenText {
  delta(delta: Pick<Delta, "step" | "offset" | "text">): void;
  /** Accepts finished texts in order; those accepted before are skipped. */
  settle(entries: readonly Pick<Entry, "id" | "text">[]): void;
  /** Text of steps up to this one is finished: deltas of them are late. */
  ignoreThrough(step: number): void;
  append(text: string): void;
  /** Returns what is new since the last call. */
  take(): string;
  hasMore(): boolean;
  all(): string;
}

export function createSpokenText(): SpokenText {
  const settled = new Set<EntryId>();
  let all = "";
  let taken = 0;
  let lastStep = 0;
  /** The running step: its text, and what of it was said. */
  let live = { step: 0, text: "", said: "" };

  function say(text: string): void {
    if (text !== "") all += `${all === "" ? "" : betweenTexts}${text}`;
  }

  /** Goes on with what was said of the same answer. */
  function continueWith(whole: string): void {
    if (live.said === "") say(whole);
    else if (whole.startsWith(live.said)) all += whole.slice(live.said.length);
    // An answer that began again, and has not caught up with what was said of it.
    else if (live.said.startsWith(whole)) return;
    else say(whole);
    live.said = whole;
  }

  return {
    delta({ step, offset, text }) {
      if (step <= lastStep || step < live.step) return;
      // What was said of an earlier step, and never finished, was void: the model was asked again.
      if (step > live.step) live = { step, text: "", said: live.said };
      if (offset > live.text.length) return;
      live.text = live.text.slice(0, offset) + text;
      const whole = live.text.trim();
      if (whole !== "") continueWith(whole);
    },
    settle(entries) {
      for (const { id, text } of entries) {
        if (settled.has(id)) continue;
        settled.add(id);
        continueWith(text.trim());
        live = { ...live, text: "", said: "" };
      }
    },
    ignoreThrough(step) {
      lastStep = Math.max(lastStep, step);
    },
    append: say,
    take() {
      const text = all.slice(taken);
      taken = all.length;
      return text;
    },
    hasMore: () => taken < all.length,
    all: () => all,
  };
}
