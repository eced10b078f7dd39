/** These calls upload and read files, which messages then name by id. */
import type { StoredFile } from "@reef/protocol/file";
import type { FileId } from "@reef/protocol/ids";
import type { CallOptions, Send } from "./call.ts";

export interface UploadOptions extends CallOptions {
  /** The file's name; defaults to the name of a `File`. */
  readonly name?: string;
}

export function fileCalls(send: Send, baseUrl: string) {
  const base = baseUrl.replace(/\/+$/, "");
  return {
    /**
     * Resolves when the file is on disk; name it in a message's `attachments` within a day. Its type is the blob's, unless its
     * bytes say otherwise. Errors: `payload_too_large`, `invalid_request` when it is empty, `storage_full`.
     */
    uploadFile: (file: Blob, { name, ...options }: UploadOptions = {}) =>
      send<StoredFile>({
        method: "POST",
        path: "/v1/files",
        query: { name: name ?? ("name" in file ? String(file.name) : undefined) },
        file,
        ...options,
      }),
    file: (id: FileId, options?: CallOptions) =>
      send<StoredFile>({ method: "GET", path: `/v1/files/${id}/meta`, ...options }),
    /** Returns the bytes, for a page whose `img` requests carry no login. `not_found` when they are gone. */
    readFile: (id: FileId, options?: CallOptions) =>
      send<Blob>({ method: "GET", path: `/v1/files/${id}`, answer: "blob", ...options }),
    /**
     * The address of the bytes: an `img` on a page that is logged in can show a picture from there; `download` makes the browser
     * save it.
     */
    fileUrl: (id: FileId, { download = false }: { readonly download?: boolean } = {}) =>
      `${base}/v1/files/${id}${download ? "?download=true" : ""}`,
  };
}
