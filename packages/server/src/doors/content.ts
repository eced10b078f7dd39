/**
 * Reads the content of a client's message, which all three protocols write alike: a text, or a list of parts. Parts that
 * no bot of Reef can use are refused where a person would miss them, and left out where their client added them.
 */
import type { AppError } from "@reef/protocol/error";
import { z } from "zod";
import { pictureOfBase64, pictureOfDataUrl } from "./pictures.ts";
import { refused } from "./refused.ts";
import type { Picture } from "./said.ts";

export const Content = z.union([z.string(), z.array(z.looseObject({ type: z.string() })).max(10_000)]).nullish();
type Content = z.infer<typeof Content>;
type Part = Readonly<Record<string, unknown>> & { readonly type: string };

export interface ReadContent {
  readonly text: string;
  readonly pictures: readonly Picture[];
}

export interface ContentOptions {
  readonly path: string;
  /** False for earlier messages: their pictures are not decoded again. */
  readonly isNow: boolean;
}

export function readContent(content: Content, { path, isNow }: ContentOptions): ReadContent {
  if (content === null || content === undefined) return { text: "", pictures: [] };
  if (typeof content === "string") return { text: content, pictures: [] };
  const texts: string[] = [];
  const pictures: Picture[] = [];
  for (const [at, part] of content.entries()) {
    const text = textOf(part);
    if (text !== null) texts.push(text);
    else if (isText(part)) throw refused(`${path}.${at}.text`, "expected a text");
    else if (isPicture(part)) {
      if (isNow) pictures.push(pictureOf(part, `${path}.${at}`));
    } else if (isNow && !leftOut.has(part.type)) throw unsupported(part.type, `${path}.${at}`);
  }
  return { text: texts.filter((text) => text !== "" && !isReminder(text)).join("\n\n"), pictures };
}

/** Parts that tell of a client's own tools, and of other models' thoughts. */
const leftOut = new Set(["tool_use", "tool_result", "thinking", "redacted_thinking", "reasoning", "refusal"]);

function isText({ type }: Part): boolean {
  return type === "text" || type === "input_text" || type === "output_text";
}

function textOf(part: Part): string | null {
  return isText(part) && typeof part.text === "string" ? part.text : null;
}

/** Claude Code puts its own remarks into what the person says. */
function isReminder(text: string): boolean {
  return /^\s*<system-reminder>[\s\S]*<\/system-reminder>\s*$/.test(text);
}

function isPicture({ type }: Part): boolean {
  return type === "image_url" || type === "input_image" || type === "image";
}

const ImageUrl = z.union([z.string(), z.looseObject({ url: z.string() }).transform(({ url }) => url)]);
const Base64Source = z.looseObject({ type: z.literal("base64"), media_type: z.string().max(100), data: z.string() });

function pictureOf({ image_url: imageUrl, source }: Part, path: string): Picture {
  const url = ImageUrl.safeParse(imageUrl);
  if (url.success) return pictureOfDataUrl(url.data, path);
  const inline = Base64Source.safeParse(source);
  if (inline.success) return pictureOfBase64({ mediaType: inline.data.media_type, data: inline.data.data }, path);
  throw refused(path, "expected a picture as base64: Reef fetches no addresses for a client");
}

function unsupported(type: string, path: string): AppError {
  const message = `content of type “${type.slice(0, 40)}” is not supported: send text, and pictures as base64`;
  return refused(path, message);
}
