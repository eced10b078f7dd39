/**
 * Holds the links as saved and as edited. The editor and the table share one draft, so that the table shows what a rule does before
 * it is saved.
 */
import type { Event } from "@reef/protocol/event";
import type { Link } from "@reef/protocol/link";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLiveQuery } from "../../data/overview/use-live-query.ts";
import { useReef } from "../../data/reef.ts";

export interface LinkDraft {
  readonly links: readonly Link[];
  readonly isEdited: boolean;
  readonly isSaving: boolean;
  readonly error: Error | null;
  readonly edit: (links: readonly Link[]) => void;
  readonly discard: () => void;
  readonly save: () => void;
}

export function useLinkDraft(): LinkDraft {
  const { client } = useReef();
  const { data: saved } = useLiveQuery<readonly Link[]>({
    queryKey: ["links"],
    read: async () => (await client.links()).items,
    fold: foldLinks,
  });
  const [draft, setDraft] = useState<readonly Link[] | null>(null);
  const save = useMutation({
    mutationFn: async (items: readonly Link[]) => client.putLinks({ items: [...items] }),
    onSuccess: () => setDraft(null),
  });
  const links = draft ?? saved ?? [];
  return {
    links,
    isEdited: draft !== null,
    isSaving: save.isPending,
    error: save.error,
    edit: setDraft,
    discard: () => {
      save.reset();
      setDraft(null);
    },
    save: () => save.mutate(links),
  };
}

function foldLinks(links: readonly Link[], events: readonly Event[]): readonly Link[] {
  return events.findLast((event) => event.type === "links.changed")?.links.items ?? links;
}
