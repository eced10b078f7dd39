/** Reads one session that the list does not have, and adds it to the list's sessions. */
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { useReef } from "../../data/reef.ts";
import { takeSession } from "./session-actions.ts";

export function useTakenSession({
  sessionId,
  isMissing,
}: {
  readonly sessionId: SessionId;
  readonly isMissing: boolean;
}): { readonly error: Error | null; readonly refetch: () => unknown } {
  const reef = useReef();
  return useQuery({
    queryKey: ["session", sessionId],
    queryFn: async () => {
      const session = await reef.client.session(sessionId);
      takeSession(reef, session);
      return session;
    },
    enabled: isMissing,
    retry: false,
  });
}
