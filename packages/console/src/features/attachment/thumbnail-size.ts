/**
 * Computes the size of a picture's box before the picture has loaded, because a list that grows while it is read jumps.
 * One picture keeps its shape; several are squares of one size.
 */
import type { FileRef } from "@reef/protocol/file";
import { isPicture } from "./is-picture.ts";

export interface Box {
  readonly widthPx: number;
  readonly heightPx: number;
}

export const squarePx = 112;
const most: Box = { widthPx: 320, heightPx: 220 };
/** For a picture of unknown size. */
const usual: Box = { widthPx: 220, heightPx: 160 };
const leastPx = 48;
const chipPx = 44;
const gapPx = 8;

export function boxOfPicture({ width, height }: Pick<FileRef, "width" | "height">): Box {
  if (!isLength(width) || !isLength(height)) return usual;
  const scale = Math.min(1, most.widthPx / width, most.heightPx / height);
  const fit = (length: number, mostPx: number): number =>
    Math.min(mostPx, Math.max(leastPx, Math.round(length * scale)));
  return { widthPx: fit(width, most.widthPx), heightPx: fit(height, most.heightPx) };
}

/** Estimates the height of the files. */
export function heightOfFiles(files: readonly FileRef[]): number {
  const pictures = files.filter(isPicture);
  const [first] = pictures;
  const picturesPx = first === undefined ? 0 : pictures.length === 1 ? boxOfPicture(first).heightPx : squarePx;
  const chips = files.length - pictures.length;
  return picturesPx + chips * chipPx + (Math.min(1, pictures.length) + chips) * gapPx;
}

function isLength(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0;
}
