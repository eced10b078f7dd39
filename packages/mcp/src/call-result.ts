/** Turns what a tool answers into text and files. Its words are those of others (ME5), whatever it claims. */
import type { NewFile } from "@reef/engine/deps";

/** A part of an answer, as the protocol brings it. Unknown kinds are named. */
export interface ToldContent {
  readonly type: string;
  readonly text?: unknown;
  readonly data?: unknown;
  readonly mimeType?: unknown;
  readonly resource?: unknown;
  readonly uri?: unknown;
  readonly name?: unknown;
}

export interface ToldResult {
  readonly content?: readonly ToldContent[] | undefined;
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}

export interface TakenResult {
  readonly text: string;
  readonly isError: boolean;
  readonly files: readonly NewFile[];
}

/** The most pictures and files of one result. */
const mostFiles = 20;

export function takeResult({ content = [], structuredContent, isError = false }: ToldResult): TakenResult {
  const files: NewFile[] = [];
  const parts = content.map((part) => textOf(part, files));
  // Structured content repeats the text; it stands alone only where there is no text.
  if (structuredContent !== undefined && !content.some(({ type }) => type === "text")) {
    parts.push(JSON.stringify(structuredContent));
  }
  const text = plainText(parts.filter((part) => part !== "").join("\n\n"));
  return { text: text === "" && files.length === 0 ? "(no output)" : text, isError, files: files.slice(0, mostFiles) };
}

function textOf(part: ToldContent, files: NewFile[]): string {
  switch (part.type) {
    case "text":
      return string(part.text);
    case "image":
    case "audio": {
      const mediaType = string(part.mimeType) || "application/octet-stream";
      files.push(newFile(part.type, mediaType, string(part.data)));
      return "";
    }
    case "resource":
      return resourceText(part.resource, files);
    case "resource_link":
      return `[Resource: ${string(part.name)} ${string(part.uri)}]`;
    default:
      return `[The tool also gave something of the kind “${part.type.slice(0, 60)}”, which Reef cannot show]`;
  }
}

function resourceText(resource: unknown, files: NewFile[]): string {
  if (typeof resource !== "object" || resource === null) return "";
  const { uri, text, blob, mimeType } = resource as Readonly<Record<string, unknown>>;
  if (typeof text === "string") return `[${string(uri)}]\n${text}`;
  if (typeof blob !== "string") return "";
  const name = string(uri).split("/").at(-1) || "resource";
  files.push(newFile(name, string(mimeType) || "application/octet-stream", blob));
  return "";
}

function newFile(name: string, mediaType: string, base64: string): NewFile {
  const bytes = Buffer.from(base64, "base64");
  return { name, mediaType, chunks: once(bytes) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Removes colours and other commands of terminals: neither a model nor a page needs them. */
export function plainText(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
      .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g, "")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "")
  );
}
