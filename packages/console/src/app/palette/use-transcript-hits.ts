/**
 * Searches the transcripts for what is being typed, when the typing pauses; the previous hits stay until new ones are here.
 */
import type { SearchHit } from "@reef/protocol/search";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";

const pauseMs = 120;
const shownHits = 8;
const nothing: readonly SearchHit[] = [];

export interface TranscriptHits {
  readonly hits: readonly SearchHit[];
  readonly isBusy: boolean;
  /** False while the server still indexes: older hits may be missing. */
  readonly isComplete: boolean;
}

export function useTranscriptHits(query: string): TranscriptHits {
  const { client } = useReef();
  const wanted = query.trim();
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), pauseMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  const isAsked = asked.length >= 2 && wanted.length >= 2;
  const { data, isFetching } = useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) => wholeClient(client).search({ q: asked, limit: shownHits }, { signal }),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    refetchInterval: (query) => (query.state.data?.isComplete === false ? 2_000 : false),
    gcTime: 60_000,
  });
  return {
    hits: isAsked ? (data?.items ?? nothing) : nothing,
    isBusy: isAsked && (isFetching || asked !== wanted),
    isComplete: !isAsked || data?.isComplete !== false,
  };
}
