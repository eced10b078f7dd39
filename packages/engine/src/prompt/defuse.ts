/**
 * MB9: defuses whatever in a text reads as one of our frames, as a notice of ours, or as a mark by which chat templates
 * separate speakers, by putting a dot after its first sign. A text is examined as a reader sees it (look-alikes.ts) and
 * changed only there: everything else stays the same, to the character.
 */
import { lookOfCharacter } from "./look-alikes.ts";

/** Returns the text with nothing in it that reads as a frame or a speaker's mark; otherwise unchanged. */
export function defuse(text: string): string {
  const spoken = text.replace(speaker, "$1·$2");
  if (!opener.test(spoken)) return spoken;
  const shown = tags.test(spoken) ? defuseAs(spoken, { tagsAreLetters: true }) : spoken;
  return defuseAs(shown, { tagsAreLetters: false });
}

/** Returns a name or a title as a model may see it: one line, bounded, and nothing in it reads as a frame. */
export function oneLine(text: string, length = 200): string {
  const line = text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return defuse(line.length <= length ? line : `${line.slice(0, length - 1).toWellFormed()}…`);
}

/** Every pattern below begins with one of these, or with an escaped sign; prose mostly has none. */
const opener = /[<[&\\%‹⟨〈❮❬❰˂ᐸ⋖≺⧼𝈶𖧺«《〈⟪≪⪡⸤≮﹤＜︿︽〖【〔⁅⟦〚⦋❲⦗〘［﹇﹝︗︻︹\u{e0020}-\u{e007e}]/u;
const tags = /[\u{e0020}-\u{e007e}]/u;
/** How a plain-text prompt separates its speakers. */
const speaker = /(\n[ \t]*\n[ \t]*)((?:human|assistant)[ \t]*:)/gi;

/** A text as it is seen, with the place in the original of each unit. */
interface Seen {
  readonly look: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

function defuseAs(text: string, { tagsAreLetters }: { readonly tagsAreLetters: boolean }): string {
  const { look, starts, ends } = see(text, tagsAreLetters);
  const cuts = new Map<number, { readonly end: number; readonly sign: string }>();
  for (const pattern of patterns) {
    for (const { index } of look.matchAll(pattern)) {
      cuts.set(starts[index] ?? 0, { end: ends[index] ?? 0, sign: look[index] === "[" ? "⁅·" : "‹·" });
    }
  }
  let out = "";
  let from = 0;
  for (const [start, { end, sign }] of [...cuts].toSorted(([a], [b]) => a - b)) {
    if (start < from) continue;
    // The dot separates the sign from what follows in every reading.
    out += text.slice(from, start) + sign;
    from = end;
  }
  return out + text.slice(from);
}

/** Signs as documents and programs escape them. */
const escaped =
  /(?:&(?:amp;)*(?:lt|gt|lsqb|lbrack|sol|vert|verbar|lowbar|#x0*[0-9a-f]{2,5}|#0*[0-9]{2,6});?|\\u00[0-9a-f]{2}|\\x[0-9a-f]{2}|%[0-9a-f]{2})/giy;
const named: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  lsqb: "[",
  lbrack: "[",
  sol: "/",
  vert: "|",
  verbar: "|",
  lowbar: "_",
};

function see(text: string, tagsAreLetters: boolean): Seen {
  const looks: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let last = "";
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0;
    const width = code > 0xffff ? 2 : 1;
    const writtenOut = code === 0x26 || code === 0x5c || code === 0x25 ? readEscape(text, at) : null;
    const isTag = tagsAreLetters && code >= 0xe0020 && code <= 0xe007e;
    const seen = writtenOut?.look ?? lookOfCharacter(String.fromCodePoint(isTag ? code - 0xe0000 : code));
    const endAt = at + (writtenOut?.length ?? width);
    if (seen !== "" && !(seen === " " && last === " ")) {
      last = seen;
      for (const unit of seen) {
        looks.push(unit);
        starts.push(at);
        ends.push(endAt);
      }
    }
    at = endAt;
  }
  return { look: looks.join(""), starts, ends };
}

function readEscape(text: string, at: number): { readonly look: string; readonly length: number } | null {
  escaped.lastIndex = at;
  const found = escaped.exec(text)?.[0];
  const look = found === undefined ? null : unescaped(found);
  return found === undefined || look === null ? null : { look, length: found.length };
}

function unescaped(writtenOut: string): string | null {
  const body = writtenOut.toLowerCase().replaceAll("amp;", "").replace(/^&|;$/g, "");
  const sign = named[body];
  if (sign !== undefined) return sign;
  const hex = /^(?:#x|\\u|\\x|%)0*([0-9a-f]+)$/.exec(body)?.[1];
  const decimal = /^#0*([0-9]+)$/.exec(body)?.[1];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const isSign = code > 0x20 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isSign ? lookOfCharacter(String.fromCodePoint(code)) : null;
}

/** Matches a word, also with gaps between its letters. */
function spelt(word: string): string {
  const letters = [...word.replace("?", "")].map((letter) => (letter === "_" ? "[ _-]?" : letter)).join(" ?");
  return word.endsWith("?") ? `${letters}?` : letters;
}

const anyOf = (words: readonly string[]) => `(?:${words.map(spelt).join("|")})`;

/**
 * Frames of ours and of common prompts. These are ordinary words, so a less-than sign before one is examined more
 * closely.
 */
const frames = ["message", "memory", "notice", "schedule", "conversation_summary", "system", "instructions"];
/** Marks that chat templates give a meaning, and calls written out as text. */
const marks = [
  "start_of_turn",
  "end_of_turn",
  "begin_of_text",
  "end_of_text",
  "tool_calls?",
  "tool_responses?",
  "tool_results?",
  "tool_outputs?",
  "function_calls?",
  "function_results?",
  "function_responses?",
  "antml",
];
const wordEnd = "(?![a-z0-9_])";
const namespace = "(?:[a-z]{1,12} ?: ?)?";
const attribute = "[a-z_:-]{1,40} ?=";
const bracketed = ["inst", "tool_calls", "available_tools", "tool_results", "system_prompt"];
const saidByReef = [
  "notice from reef",
  "from your memory",
  "a schedule (?:is|that|was)",
  "summary of (?:the|earlier)",
  "this is the [a-z0-9]{1,12} time you",
];

const patterns: readonly RegExp[] = [
  // </message k="…">, in any spelling
  `[<«](?=[ \\\\]{0,4}/ ?${namespace}${anyOf([...frames, ...marks, "invoke", "transcript"])}${wordEnd})`,
  // <message>; not List<Message> and #include <memory>
  `(?<!\\w|#include )<(?= ?${namespace}${anyOf(frames)} ?(?:>|/))`,
  // <message from="…">; not a < message.length
  `<(?= ?${namespace}${anyOf([...frames, "invoke"])} ${attribute})`,
  `<(?= ?${namespace}${anyOf(marks)}${wordEnd})`,
  "<(?= ?/? ?(?:s|bos|eos|pad|unk) ?>)",
  // <|im_start|>, <turn|>; not the pipes of a program
  "<(?= ?/? ?\\| ?[\\w ./:-]{1,60}(?:\\| ?)?>)",
  "<(?= ?/? ?[\\w ./:-]{1,60}\\| ?>)",
  `\\[(?= ?/? ?${anyOf(bracketed)} ?\\])`,
  "<(?= ?<? ?/? ?sys ?> ?>)",
  `\\[(?= ?(?:${saidByReef.join("|")})${wordEnd})`,
].map((source) => new RegExp(source, "g"));
