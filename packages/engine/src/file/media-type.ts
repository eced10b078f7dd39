/**
 * Determines what a file is. Its bytes decide where they can; else the declared type is kept as a label by which
 * nothing is served.
 */
import { imageTypes } from "@reef/protocol/file-limits";
import { type Picture, type ReadAt, readPicture } from "./picture.ts";

const unknownType = "application/octet-stream";
const pdf = "application/pdf";

export type Described = Picture | { readonly mediaType: string };

/** `declared` is a Content-Type header; its parameters are dropped. */
export async function describeBytes(readAt: ReadAt, declared: string | null): Promise<Described> {
  const picture = await readPicture(readAt);
  if (picture !== null) return picture;
  const head = new TextDecoder("latin1").decode(await readAt(0, 5));
  if (head === "%PDF-") return { mediaType: pdf };
  const said = cleanType(declared);
  const isUntrue = said === pdf || imageTypes.some((type) => type === said);
  return { mediaType: isUntrue ? unknownType : said };
}

/** These types come from the form that carried the file and say nothing about it. */
const saysNothing = /^(multipart\/|message\/|application\/x-www-form-urlencoded$)/;

function cleanType(declared: string | null): string {
  const type = declared?.split(";")[0]?.trim().toLowerCase() ?? "";
  const isType = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/.test(type);
  return isType && !saysNothing.test(type) ? type : unknownType;
}

/** Names a file that came without a name. */
export function nameOfType({ mediaType }: Described): string {
  if (imageTypes.some((type) => type === mediaType)) return `image.${mediaType.slice("image/".length)}`;
  if (mediaType === pdf) return "file.pdf";
  return mediaType === "text/plain" ? "file.txt" : "file";
}
