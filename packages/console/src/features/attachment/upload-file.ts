/**
 * Uploads a file with its progress, which `fetch` does not report. Rejects with an `AppError`; after an abort with its
 * reason.
 */
import { problemToError } from "@reef/client/call";
import { AppError } from "@reef/protocol/error";
import type { FileRef } from "@reef/protocol/file";
import { type FileServer, isFileRef } from "../../data/attachments.ts";

export function uploadFile(
  { baseUrl, token }: FileServer,
  {
    file,
    name,
    onShare,
    signal,
  }: {
    readonly file: Blob;
    readonly name: string;
    /** Receives a share from 0 to 1. */
    readonly onShare: (share: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<FileRef> {
  const { promise, resolve, reject } = Promise.withResolvers<FileRef>();
  const request = new XMLHttpRequest();
  request.open("POST", `${baseUrl}/v1/files?${new URLSearchParams({ name })}`);
  request.setRequestHeader("content-type", file.type || "application/octet-stream");
  request.setRequestHeader("accept", "application/json");
  if (token !== undefined) request.setRequestHeader("authorization", `Bearer ${token}`);
  request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
  request.onload = () => {
    const body = readJson(request.responseText);
    if (request.status >= 200 && request.status < 300 && isFileRef(body)) resolve(body);
    else reject(problemToError(request.status, body));
  };
  request.onerror = () => reject(new AppError("unavailable", "the server cannot be reached"));
  request.onabort = () => reject(signal.reason);
  signal.addEventListener("abort", () => request.abort());
  if (signal.aborted) reject(signal.reason);
  else request.send(file);
  return promise;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
