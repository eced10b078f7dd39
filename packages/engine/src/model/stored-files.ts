/** Keeps files in the in-memory state. Searches every message and entry each time for the names of files. */
import { AppError } from "@reef/protocol/error";
import type { FileRef } from "@reef/protocol/file";
import type { FileId } from "@reef/protocol/ids";
import type { Queries } from "../port/queries.ts";
import type { Op } from "../port/unit.ts";
import { filterValues, type ModelState, type ModelWork } from "./state.ts";

export function createFile({ state, at }: ModelWork, { file }: Extract<Op, { op: "file.create" }>): void {
  if (state.files.has(file.id)) throw new AppError("conflict", `there is ${file.id} already`);
  state.files.set(file.id, { ...file, createdAt: at });
}

export function sweepFiles({ state }: ModelWork, { before }: Extract<Op, { op: "file.sweep" }>): void {
  const named = namedFiles(state);
  for (const { id } of filterValues(state.files, ({ createdAt }) => createdAt < before)) {
    if (!named.has(id)) state.files.delete(id);
  }
}

/** `act` removes what names files; files that nothing names afterwards are removed too. */
export function withoutOrphans({ state }: ModelWork, act: () => void): void {
  const before = namedFiles(state);
  act();
  for (const id of before.difference(namedFiles(state))) state.files.delete(id);
}

export function assertFiles({ state }: ModelWork, attachments: readonly FileRef[] = []): void {
  const gone = attachments.find(({ id }) => !state.files.has(id));
  if (gone !== undefined) throw new AppError("invalid_request", `there is no file ${gone.id}`);
}

function namedFiles({ messages, entries }: ModelState): Set<FileId> {
  const naming = [...messages.values(), ...[...entries.values()].flat()];
  return new Set(naming.flatMap(({ attachments = [] }) => attachments.map(({ id }) => id)));
}

export function fileQueries(
  current: () => ModelState,
): Pick<Queries, "file" | "fileOfSession" | "files" | "knownHashes"> {
  return {
    fileOfSession: async (sessionId, id) => {
      const { messages, entries, files } = current();
      const naming = [
        ...filterValues(messages, (message) => message.sessionId === sessionId),
        ...(entries.get(sessionId) ?? []),
      ];
      const isNamed = naming.some(({ attachments = [] }) => attachments.some((file) => file.id === id));
      return isNamed ? (files.get(id) ?? null) : null;
    },
    file: async (id) => current().files.get(id) ?? null,
    files: async (ids) => ids.flatMap((id) => current().files.get(id) ?? []),
    knownHashes: async (hashes) => {
      const known = new Set([...current().files.values()].map(({ sha256 }) => sha256));
      return hashes.filter((hash) => known.has(hash));
    },
  };
}
