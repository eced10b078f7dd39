/**
 * Holds the files that will go with the next message of a session. A file is uploaded as soon as it is added, and
 * uploaded files are stored in this browser with the draft, so that a reload keeps them. They outlive the composer: a
 * file left for another session continues to upload. The code that uploads is loaded with the first file.
 */
import type { FileRef } from "@reef/protocol/file";
import type { SessionId } from "@reef/protocol/ids";
import { useSyncExternalStore } from "react";
import { newIdempotencyKey } from "../ui/ids.ts";
import { readStored, writeStored } from "../ui/storage.ts";

export type Attachment = {
  readonly key: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** The file that was added; null after a reload. */
  readonly source: File | null;
  /** True if it was made smaller before the upload. */
  readonly isResized: boolean;
} & (
  | { readonly state: "uploading"; readonly share: number; readonly stop: AbortController }
  | { readonly state: "ready"; readonly file: FileRef }
  /** `isTryable`: the same may work later. */
  | { readonly state: "failed"; readonly reason: string; readonly isTryable: boolean }
);

export interface FileServer {
  readonly baseUrl: string;
  /** Token of a page in another's frame, which has no cookie. */
  readonly token?: string;
}

export interface Attachments {
  readonly server: FileServer;
  /** Returns the same list until it changes. */
  of(sessionId: SessionId): readonly Attachment[];
  change(sessionId: SessionId, next: (list: readonly Attachment[]) => readonly Attachment[]): void;
  subscribe(listener: () => void): () => void;
  /** Runs one task after another: parallel uploads would take the connections that everything else needs. */
  inTurn(work: () => Promise<void>): Promise<void>;
  /** Sessions whose list is not empty. */
  sessionIds(): readonly SessionId[];
}

const none: readonly Attachment[] = [];

export function createAttachments(server: FileServer): Attachments {
  const lists = new Map<SessionId, readonly Attachment[]>();
  const listeners = new Set<() => void>();
  let last = Promise.resolve();
  const listOf = (sessionId: SessionId): readonly Attachment[] => {
    const list = lists.get(sessionId) ?? readList(sessionId);
    lists.set(sessionId, list);
    return list;
  };
  return {
    server,
    of: listOf,
    change(sessionId, next) {
      const before = listOf(sessionId);
      const after = next(before);
      if (after === before) return;
      lists.set(sessionId, after.length === 0 ? none : after);
      const files = readyFiles(after);
      const isSame =
        files.length === readyFiles(before).length && files.every((file, at) => file === readyFiles(before)[at]);
      if (!isSame) writeStored(storedName(sessionId), files.length === 0 ? null : JSON.stringify(files));
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    inTurn(work) {
      last = last.then(work, work);
      return last;
    },
    sessionIds: () => [...lists].flatMap(([id, list]) => (list.length > 0 ? [id] : [])),
  };
}

export function useAttachments(attachments: Attachments, sessionId: SessionId): readonly Attachment[] {
  return useSyncExternalStore(attachments.subscribe, () => attachments.of(sessionId));
}

export function readyFiles(list: readonly Attachment[]): readonly FileRef[] {
  return list.flatMap((each) => (each.state === "ready" ? [each.file] : []));
}

/** Makes an attachment of a file that is on the server already, such as that of a withdrawn message. */
export function attachmentOf(file: FileRef): Attachment {
  const { name, mediaType, sizeBytes } = file;
  return { key: newIdempotencyKey(), name, mediaType, sizeBytes, source: null, isResized: false, state: "ready", file };
}

function storedName(sessionId: SessionId): string {
  return `draft-files.${sessionId}`;
}

function readList(sessionId: SessionId): readonly Attachment[] {
  try {
    const stored: unknown = JSON.parse(readStored(storedName(sessionId)) ?? "[]");
    const list = Array.isArray(stored) ? stored.filter(isFileRef).map(attachmentOf) : [];
    return list.length === 0 ? none : list;
  } catch {
    return none;
  }
}

export function isFileRef(value: unknown): value is FileRef {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, mediaType, sizeBytes } = value as Record<string, unknown>;
  return [id, name, mediaType].every((each) => typeof each === "string") && typeof sizeBytes === "number";
}
