/**
 * Builds the text of a message that came by a door. What the person wrote comes first and unchanged. What their client
 * adds follows below a line that says so: its instructions, and the part of the conversation that happened elsewhere.
 * Other models' words in it are quoted as data (MB9).
 */
import { makeId } from "@reef/engine/ids";
import { frameKey, quoteText } from "@reef/engine/prompt/quote";
import { AppError } from "@reef/protocol/error";
import { maxMessageLength } from "@reef/protocol/message";
import type { Said } from "./said.ts";

const instructionsMark = "[Instructions of the app that this message came from]";
const earlierMark = "[Earlier in this conversation, before it came to you]";
const maxInstructions = 8_000;
const maxEarlier = 60_000;

export interface Addition {
  readonly instructions: string;
  readonly earlier: readonly Said[];
}

/** Throws `payload_too_large` when the person's own words do not fit into a message. */
export function composeText(text: string, { instructions, earlier }: Addition): string {
  if (text.length > maxMessageLength) {
    const most = maxMessageLength.toLocaleString("en");
    throw new AppError("payload_too_large", `a message may have at most ${most} characters, found ${text.length}`);
  }
  const parts = [text];
  if (earlier.length > 0) {
    const told = sayLast(earlier);
    parts.push(`${earlierMark}\n${quoteText(told, { from: "the app's history" }, frameKey(makeId("message")))}`);
  }
  if (instructions !== "") parts.push(`${instructionsMark}\n${instructions}`);
  const whole = parts.join("\n\n");
  return whole.length > maxMessageLength ? text : whole;
}

/** Open WebUI adds what it found to a question, and leaves it out of the history that it sends later. */
const foundMark = "\n### Task:\nRespond to the user query";

/** Returns what the person wrote. */
export function personsText(sent: string): string {
  const marks = [`\n\n${instructionsMark}\n`, `\n\n${earlierMark}\n`, foundMark];
  const ends = marks.map((mark) => sent.indexOf(mark)).filter((at) => at >= 0);
  return ends.length === 0 ? sent : sent.slice(0, Math.min(...ends));
}

/** Returns the instructions that came with a message; null if it has none. */
export function instructionsIn(sent: string): string | null {
  const at = sent.lastIndexOf(`\n\n${instructionsMark}\n`);
  return at < 0 ? null : sent.slice(at + instructionsMark.length + 3);
}

/** Instructions are bounded: they come again with every session. */
export function boundInstructions(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= maxInstructions ? trimmed : `${trimmed.slice(0, maxInstructions)}…`;
}

function sayLine({ by, text, pictures }: Said): string {
  const shown = pictures.length === 0 ? text : `${text} (with ${pictures.length} pictures)`.trim();
  return `${by === "person" ? "Person" : "Assistant"}: ${shown}`;
}

/** A history may be long: what came last is told. */
function sayLast(earlier: readonly Said[]): string {
  const lines: string[] = [];
  let room = maxEarlier;
  for (let at = earlier.length - 1; at >= 0 && room > 0; at -= 1) {
    const said = earlier[at];
    if (said === undefined) break;
    const line = sayLine(said);
    lines.unshift(line.length <= room ? line : `…${line.slice(-room)}`);
    room -= line.length;
  }
  return lines.join("\n\n");
}
