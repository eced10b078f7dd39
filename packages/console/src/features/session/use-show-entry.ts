/** Goes to an entry of any session: by its number, or by what else is known of it. */
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";
import { useCallback } from "react";
import { useReef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { useRouter } from "../../ui/router.tsx";
import { entryHash } from "./entry-address.ts";
import { findEntry } from "./find-entry.ts";

export interface EntryClue {
  readonly sessionId: SessionId;
  readonly at: string;
  readonly isIt: (entry: Entry) => boolean;
}

export function useShowEntry(): (clue: EntryClue) => Promise<void> {
  const reef = useReef();
  const router = useRouter();
  return useCallback(
    (clue) =>
      attempt(reef, "Couldn't find it", async () => {
        const entry = await findEntry(reef.client, clue);
        const { sessionId } = clue;
        router.navigate({
          to: "/s/$sessionId",
          params: { sessionId },
          ...(entry && { hash: entryHash(entry.seq) }),
        });
      }),
    [reef, router],
  );
}
