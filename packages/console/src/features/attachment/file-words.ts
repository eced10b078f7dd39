/** Names a file for people: its size and its kind; and a message that has nothing but files. */
import type { Message } from "@reef/protocol/message";
import { countOf } from "../../ui/count.ts";

const rounded = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** Formats `0 bytes`, `950 bytes`, `12 KB`, `3.4 MB`: powers of ten, as the limit is. */
export function sizeLabel(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const [value, unit] = bytes < 999_500 ? [Math.round(bytes / 1000), "KB"] : [bytes / 1_000_000, "MB"];
  return `${rounded.format(value)} ${unit}`;
}

/** Returns the extension for a file without a picture: `PDF`, `ZIP`; empty when it has none. */
export function fileExtension(name: string): string {
  return (/\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1] ?? "").toUpperCase();
}

/** Returns a message in one line: its text, or else its files. */
export function messageWords({ text, attachments = [] }: Pick<Message, "text" | "attachments">): string {
  if (text.trim() !== "") return text.slice(0, 300);
  const [only] = attachments;
  return attachments.length === 1 && only ? only.name : countOf(attachments.length, "file");
}
