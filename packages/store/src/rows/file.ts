/** Converts files: row ↔ noun, and the list of them that a message or an entry has. */
import type { FileRef, StoredFile } from "@reef/protocol/file";
import type { FileRow } from "../tables.ts";

export function fileRowToNoun(row: FileRow): StoredFile {
  return {
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    sizeBytes: row.size_bytes,
    ...(row.width === null ? {} : { width: row.width }),
    ...(row.height === null ? {} : { height: row.height }),
    sha256: row.sha256,
    createdAt: row.created_at,
  };
}

export function fileNounToRow(file: StoredFile): FileRow {
  return {
    id: file.id,
    name: file.name,
    media_type: file.mediaType,
    size_bytes: file.sizeBytes,
    width: file.width ?? null,
    height: file.height ?? null,
    sha256: file.sha256,
    created_at: file.createdAt,
  };
}

export function attachmentsToText(attachments: readonly FileRef[] | undefined): string | null {
  return attachments === undefined || attachments.length === 0 ? null : JSON.stringify(attachments);
}

/** Returns the field of a noun, which is left out if there are none. */
export function textToAttachments(text: string | null): { attachments?: FileRef[] } {
  return text === null ? {} : { attachments: JSON.parse(text) };
}
