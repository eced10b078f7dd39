/** Decides how a file is shown: as text with the colours of its language, as a picture, or not at all. */
import { fileExtension } from "../attachment/file-words.ts";

export type FileContent =
  | { readonly kind: "text"; readonly text: string; readonly isCut: boolean }
  | { readonly kind: "picture"; readonly mediaType: string }
  | { readonly kind: "binary" };

/** More is not read on a screen. */
const mostText = 200_000;

const typeByStart: readonly (readonly [string, string])[] = [
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["\xff\xd8\xff", "image/jpeg"],
  ["GIF87a", "image/gif"],
  ["GIF89a", "image/gif"],
];

/** A picture is known by its bytes, whatever its name; an SVG is text: a browser would run it. */
export async function readContent(file: Blob): Promise<FileContent> {
  const start = new Uint8Array(await file.slice(0, 8_000).arrayBuffer());
  const latin = String.fromCharCode(...start.subarray(0, 16));
  const isWebp = latin.startsWith("RIFF") && latin.slice(8, 12) === "WEBP";
  const mediaType = isWebp ? "image/webp" : typeByStart.find(([bytes]) => latin.startsWith(bytes))?.[1];
  if (mediaType !== undefined) return { kind: "picture", mediaType };
  if (start.includes(0)) return { kind: "binary" };
  const isCut = file.size > mostText;
  const bytes = await file.slice(0, mostText).arrayBuffer();
  try {
    // A cut may fall inside a character.
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut }), isCut };
  } catch {
    return { kind: "binary" };
  }
}

const languageByExtension: Readonly<Record<string, string>> = {
  H: "c",
  HPP: "cpp",
  CS: "csharp",
  HTM: "xml",
  HTML: "xml",
  SVG: "xml",
  JSX: "javascript",
  TSX: "typescript",
  CJS: "javascript",
  MJS: "javascript",
  MTS: "typescript",
  KT: "kotlin",
  PY: "python",
  RB: "ruby",
  RS: "rust",
  SH: "bash",
  TOML: "ini",
  YML: "yaml",
};

/** Returns a code block of Markdown, which the transcript's blocks draw, colour and copy. */
export function toCodeBlock(name: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${languageOf(name)}\n${text.replace(/\n$/, "")}\n${fence}`;
}

function languageOf(name: string): string {
  if (/^dockerfile/i.test(name)) return "dockerfile";
  const extension = fileExtension(name);
  return languageByExtension[extension] ?? extension.toLowerCase();
}
