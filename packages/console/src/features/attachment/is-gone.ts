/** Whether a file was deleted on the server. */
import type { FileServer } from "../../data/attachments.ts";

/** Only the server's own word counts: one that cannot be reached may have it still. */
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
