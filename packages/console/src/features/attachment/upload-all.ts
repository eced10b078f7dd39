/** Handles a draft's files: makes pictures smaller, uploads, and reports failures in words for people. */
import { AppError } from "@reef/protocol/error";
import { maxAttachments, maxFileBytes } from "@reef/protocol/file-limits";
import type { SessionId } from "@reef/protocol/ids";
import type { Attachment, Attachments } from "../../data/attachments.ts";
import { newIdempotencyKey } from "../../ui/ids.ts";
import { sizeLabel } from "./file-words.ts";
import { isPicture } from "./is-picture.ts";
import { shrinkPicture } from "./shrink-picture.ts";
import { uploadFile } from "./upload-file.ts";

/** Returns how many were left out because one message cannot have more. */
export function addFiles(attachments: Attachments, sessionId: SessionId, files: readonly File[]): number {
  const room = Math.max(0, maxAttachments - attachments.of(sessionId).length);
  const taken = files.slice(0, room);
  const added = taken.map((source): Attachment => {
    const { name, type: mediaType, size: sizeBytes } = source;
    return {
      key: newIdempotencyKey(),
      name: name || "file",
      mediaType,
      sizeBytes,
      source,
      isResized: false,
      ...begin(),
    };
  });
  attachments.change(sessionId, (list) => [...list, ...added]);
  for (const { key } of added) void attachments.inTurn(() => upload(attachments, { sessionId, key }));
  return files.length - taken.length;
}

export function retryFile(attachments: Attachments, sessionId: SessionId, key: string): void {
  const isWaiting = attachments
    .of(sessionId)
    .some((each) => each.key === key && each.state === "failed" && each.source);
  if (!isWaiting) return;
  set(attachments, { sessionId, key }, (each) => ({ ...each, ...begin() }));
  void attachments.inTurn(() => upload(attachments, { sessionId, key }));
}

/** Retries all uploads that may work now, such as when the server is back. */
export function retryAll(attachments: Attachments): void {
  for (const sessionId of attachments.sessionIds())
    for (const each of attachments.of(sessionId))
      if (each.state === "failed" && each.isTryable) retryFile(attachments, sessionId, each.key);
}

export function removeFile(attachments: Attachments, sessionId: SessionId, key: string): void {
  const found = attachments.of(sessionId).find((each) => each.key === key);
  if (found?.state === "uploading") found.stop.abort();
  attachments.change(sessionId, (list) => list.filter((each) => each.key !== key));
}

interface Which {
  readonly sessionId: SessionId;
  readonly key: string;
}

async function upload(attachments: Attachments, which: Which): Promise<void> {
  const started = attachments.of(which.sessionId).find(({ key }) => key === which.key);
  if (started?.state !== "uploading" || started.source === null) return;
  const { signal } = started.stop;
  try {
    const file = await shrinkPicture(started.source);
    const isResized = file !== started.source;
    if (file.size > maxFileBytes) throw new AppError("payload_too_large", "");
    if (file.size === 0) throw new AppError("invalid_request", "the file is empty");
    set(attachments, which, (each) => ({ ...each, ...describe(file), isResized }));
    const onShare = (share: number): void =>
      set(attachments, which, (each) => (each.state === "uploading" ? { ...each, share } : each));
    const stored = await uploadFile(attachments.server, { file, name: file.name || started.name, onShare, signal });
    set(attachments, which, (each) => ({
      key: each.key,
      source: each.source,
      isResized,
      name: stored.name,
      mediaType: stored.mediaType,
      sizeBytes: stored.sizeBytes,
      state: "ready",
      file: stored,
    }));
  } catch (error) {
    if (signal.aborted) return;
    set(attachments, which, (each) => ({ ...each, state: "failed", ...failureOf(error, each) }));
  }
}

function describe(file: File): { readonly name: string; readonly mediaType: string; readonly sizeBytes: number } {
  return { name: file.name || "file", mediaType: file.type, sizeBytes: file.size };
}

/** Returns the text shown beside the file, which already has its name. */
export function failureOf(
  error: unknown,
  { mediaType, sizeBytes }: Pick<Attachment, "mediaType" | "sizeBytes">,
): { readonly reason: string; readonly isTryable: boolean } {
  const code = error instanceof AppError ? error.code : null;
  if (code === "payload_too_large") {
    const kind = isPicture({ mediaType }) ? "image" : "file";
    return {
      reason: `This ${kind} is ${sizeLabel(sizeBytes)}. The limit is ${sizeLabel(maxFileBytes)}.`,
      isTryable: false,
    };
  }
  if (sizeBytes === 0) return { reason: "This file is empty.", isTryable: false };
  if (!(error instanceof AppError)) return { reason: "This file couldn't be read.", isTryable: true };
  if (error.message === "the server cannot be reached") {
    return { reason: "Couldn't reach the server.", isTryable: true };
  }
  return {
    reason: sentence(error.message),
    isTryable: code !== "invalid_request" && code !== "unsupported_media_type",
  };
}

function sentence(text: string): string {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1, 300);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

function begin(): { readonly state: "uploading"; readonly share: number; readonly stop: AbortController } {
  return { state: "uploading", share: 0, stop: new AbortController() };
}

function set(attachments: Attachments, { sessionId, key }: Which, next: (each: Attachment) => Attachment): void {
  attachments.change(sessionId, (list) =>
    list.some((each) => each.key === key) ? list.map((each) => (each.key === key ? next(each) : each)) : list,
  );
}
