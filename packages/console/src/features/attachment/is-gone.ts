/** Finds out whether a file was deleted on the server. */
import type { FileServer } from "../../data/attachments.ts";

/** True only when the server says so: one that cannot be reached may still have it. */
export async function isGone({ baseUrl, token }: FileServer, id: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${baseUrl}/v1/files/${id}`, {
      method: "HEAD",
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      ...(signal && { signal }),
    });
    return response.status === 404 || response.status === 410;
  } catch {
    return false;
  }
}
