/**
 * Returns the address of a picture. The browser reads it by itself with the cookie; a page in another's frame has none,
 * so it reads the bytes with its token, which is never in an address (SE3).
 */
import type { FileId } from "@reef/protocol/ids";
import { useEffect, useState } from "react";
import { useReef } from "../../data/reef.ts";

/** Null without an id, and until there is an address. */
export function useFileUrl(id: FileId | null): string | null {
  const { attachments, client } = useReef();
  const hasCookie = attachments.server.token === undefined;
  const [read, setRead] = useState<{ readonly id: FileId; readonly url: string } | null>(null);
  useEffect(() => {
    if (id === null || hasCookie) return;
    const stop = new AbortController();
    let made: string | null = null;
    const show = (url: string): void => {
      if (!stop.signal.aborted) setRead({ id, url });
    };
    client.readFile(id, { signal: stop.signal }).then(
      (blob) => {
        if (stop.signal.aborted) return;
        made = URL.createObjectURL(blob);
        show(made);
      },
      // The element that shows it will fail, as with any broken address.
      () => show(client.fileUrl(id)),
    );
    return () => {
      stop.abort();
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [client, id, hasCookie]);
  if (id === null) return null;
  if (hasCookie) return client.fileUrl(id);
  return read?.id === id ? read.url : null;
}
