/**
 * Reads what a program printed to a terminal as pieces with colours. Only colours and styles are kept: every other escape code is
 * removed, and a line that was written over shows what was written last. Bounded; nothing of it is ever HTML.
 */
import Anser from "anser";

export type Colour = "black" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "white";

export interface Piece {
  readonly text: string;
  readonly fg: Colour | null;
  readonly bg: Colour | null;
  readonly style: string;
}

export interface Terminal {
  readonly pieces: readonly Piece[];
  /** True if only the end is shown. */
  readonly isCut: boolean;
}

const mostLength = 200_000;
const mostLines = 3_000;

export function readTerminal(text: string): Terminal {
  const end = text.slice(-mostLength);
  const lines = withoutOtherCodes(end).split("\n").map(lastWritten);
  const shown = lines.slice(-mostLines);
  const chunks = Anser.ansiToJson(shown.join("\n"), { json: true, remove_empty: true, use_classes: true });
  return {
    pieces: chunks
      .filter(({ content }) => content !== "")
      .map(({ content, fg, bg, fg_truecolor, bg_truecolor, decorations }) => ({
        text: content,
        fg: colourOf(fg, fg_truecolor),
        bg: colourOf(bg, bg_truecolor),
        style: decorations.join(" "),
      })),
    isCut: end.length < text.length || shown.length < lines.length,
  };
}

const esc = "\u001b";
/** Titles, links and the like, which end in BEL or ST; an unfinished one ends with its line. */
const strings = new RegExp(`${esc}[\\]PX^_][^\\u0007\\n${esc}]*(?:\\u0007|${esc}\\\\)?`, "g");
/** Control sequences that set no colour or style. */
const sequences = new RegExp(`(?:${esc}\\[|\\u009b)[0-?]*[ -/]*[@-ln-~]`, "g");
const short = new RegExp(`${esc}(?:[ -/][0-~]|[0-Z\\\\^-~])`, "g");
/** What remains of a code that was cut off, and control characters. */
const rest = new RegExp(
  `${esc}(?!\\[[0-9;:]*m)|[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001a\\u001c-\\u001f\\u007f-\\u009f]`,
  "g",
);

function withoutOtherCodes(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(strings, "").replace(sequences, "").replace(short, "").replace(rest, "");
}

const colourCodes = new RegExp(`${esc}\\[[0-9;:]*m`, "g");

/** A progress bar goes back to the start of its line; the colours that it set on the way stay. */
function lastWritten(line: string): string {
  if (!line.includes("\r")) return line;
  const parts = line.replace(/\r+$/, "").split("\r");
  const codes = parts.slice(0, -1).flatMap((part) => part.match(colourCodes) ?? []);
  return [...codes.slice(-8), parts.at(-1)].join("");
}

const names: readonly Colour[] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** The page has its own eight colours: others become the nearest of them, so that every text can be read in both themes. */
function colourOf(name: string | null, rgb: string | null): Colour | null {
  if (name === null) return null;
  if (name === "ansi-truecolor") return rgb === null ? null : nearest(rgb.split(",").map(Number));
  const palette = /^ansi-palette-(\d{1,3})$/.exec(name);
  if (palette) return nearest(paletteColour(Number(palette[1])));
  return names.find((each) => name.endsWith(each)) ?? null;
}

function paletteColour(n: number): readonly number[] {
  if (n >= 232) return Array.from({ length: 3 }, () => 8 + 10 * (n - 232));
  const levels = [0, 95, 135, 175, 215, 255];
  const at = Math.max(0, n - 16);
  return [levels[Math.floor(at / 36) % 6] ?? 0, levels[Math.floor(at / 6) % 6] ?? 0, levels[at % 6] ?? 0];
}

function nearest(rgb: readonly number[]): Colour | null {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => (Number.isFinite(value) ? value : 0));
  const [least, most] = [Math.min(red, green, blue), Math.max(red, green, blue)];
  if (most - least < 40) return most < 90 ? "black" : "white";
  const isHigh = (value: number): boolean => value - least > (most - least) / 2;
  const bits = (isHigh(red) ? 1 : 0) + (isHigh(green) ? 2 : 0) + (isHigh(blue) ? 4 : 0);
  return names[bits] ?? null;
}
