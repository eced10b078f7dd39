/**
 * Shows what the model call behind an answer took: its model, tokens, cost and time. Missing values are shown as unknown.
 */
import type { EntryId, TurnId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { callWords } from "./call-words.ts";

export function CallUsage({ turnId, entryId }: { readonly turnId: TurnId; readonly entryId: EntryId }): ReactElement {
  const { client } = useReef();
  const { data, error } = useQuery({
    queryKey: ["call-usage", turnId],
    queryFn: ({ signal }) => client.turn(turnId, { signal }),
  });
  const step = data?.stepList.find((each) => each.entryId === entryId && each.kind === "model");
  if (error) return <>Couldn't read what it used.</>;
  if (data === undefined) return <>Reading what it used …</>;
  if (step === undefined) return <>No model call is recorded for this entry.</>;
  return (
    <>
      {callWords(step).map((line) => (
        <div key={line}>{line}</div>
      ))}
    </>
  );
}
