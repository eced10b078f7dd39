/** Shows one review of what was said: who reviewed it, what was read, its cost, and its proposals. */
import type { Consolidation, ConsolidationOutcome } from "@reef/protocol/consolidation";
import type { ProposalId } from "@reef/protocol/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { costLabel, costTitle } from "../../ui/cost.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import { SessionLink } from "../../ui/SessionLink.tsx";
import { absoluteTime, shortTime } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import styles from "./Consolidation.module.css";
import memory from "./Memory.module.css";
import { ProposalView } from "./ProposalView.tsx";
import { readMemoryAgain } from "./use-memory-events.ts";

type Verb = "accept" | "reject" | "undo";

interface Act {
  readonly verb: Verb;
  readonly id?: ProposalId;
  readonly text?: string | undefined;
}

const doneByVerb: Readonly<Record<Verb, string>> = { accept: "Accepted.", reject: "Rejected.", undo: "Undone." };

const wordByCause: Readonly<Record<Consolidation["cause"], string>> = {
  idle: "after the session went quiet",
  compaction: "as older text left the model's window",
  asked: "because you asked",
};

export function ConsolidationCard({ consolidation }: { readonly consolidation: Consolidation }): ReactElement {
  const { client, queryClient, toasts } = useReef();
  const { id, botId, proposals } = consolidation;
  const settle = useMutation({
    mutationFn: ({ verb, id: one, text }: Act): Promise<ConsolidationOutcome> => {
      const choice = one === undefined ? {} : { ids: [one] };
      if (verb === "undo") return wholeClient(client).undoProposals(id, choice);
      if (verb === "reject") return wholeClient(client).rejectProposals(id, choice);
      return wholeClient(client).acceptProposals(id, {
        ...choice,
        ...(one !== undefined && text !== undefined && { texts: { [one]: text } }),
      });
    },
    onSuccess: ({ refused }, { verb }) => {
      readMemoryAgain(queryClient, botId);
      const [why] = refused;
      if (why === undefined) toasts.show({ text: doneByVerb[verb] });
      else
        toasts.show({
          tone: "failed",
          text: `${countOf(refused.length, "proposal")} could not be applied: ${why.reason}`,
        });
    },
    onError: (error) => toasts.show({ tone: "failed", text: `Couldn't save your decision: ${errorText(error)}` }),
  });
  const countIn = (state: string): number => proposals.filter((proposal) => proposal.state === state).length;
  return (
    <li className={memory.card} data-consolidation={id}>
      <Head consolidation={consolidation} />
      {consolidation.note !== null && <p className={styles.note}>{consolidation.note}</p>}
      {proposals.length === 0 ? (
        <p className={memory.hint}>Nothing worth remembering, or already forgotten.</p>
      ) : (
        <ol className={styles.proposals}>
          {proposals.map((proposal) => (
            <ProposalView
              key={proposal.id}
              proposal={proposal}
              isBusy={settle.isPending}
              onAccept={(text) => settle.mutate({ verb: "accept", id: proposal.id, text })}
              onReject={() => settle.mutate({ verb: "reject", id: proposal.id })}
              onUndo={() => settle.mutate({ verb: "undo", id: proposal.id })}
            />
          ))}
        </ol>
      )}
      {(countIn("open") > 1 || countIn("accepted") > 1) && (
        <div className={memory.acts}>
          {countIn("open") > 1 && (
            <>
              <Button
                className={memory.act}
                disabled={settle.isPending}
                onClick={() => settle.mutate({ verb: "accept" })}
              >
                Accept all {countIn("open")}
              </Button>
              <Button
                className={memory.act}
                look="quiet"
                disabled={settle.isPending}
                onClick={() => settle.mutate({ verb: "reject" })}
              >
                Reject all
              </Button>
            </>
          )}
          {countIn("accepted") > 1 && (
            <Button
              className={memory.act}
              look="quiet"
              disabled={settle.isPending}
              onClick={() => settle.mutate({ verb: "undo" })}
            >
              Undo all {countIn("accepted")}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function Head({ consolidation }: { readonly consolidation: Consolidation }): ReactElement {
  const { sessionId, by, model, cause, usage, createdAt } = consolidation;
  const { reads } = useReef();
  const now = useNow(60_000);
  const { data: title = null } = useQuery({
    ...sessionsQuery(reads),
    select: ({ byId }) => byId.get(sessionId)?.title ?? null,
  });
  const cost = costLabel(usage);
  return (
    <p className={styles.head}>
      <span>{by === "model" ? `by ${model ?? "its model"}` : "chosen without a model"}</span>
      <span>{wordByCause[cause]}</span>
      <span>{title === null ? "a deleted session" : <SessionLink sessionId={sessionId}>{title}</SessionLink>}</span>
      {usage.modelCalls > 0 && (
        <span title={costTitle(usage)}>
          {shortCount(usage.inputTokens + usage.outputTokens)} tokens{cost !== null && `, ${cost}`}
        </span>
      )}
      <time className={memory.at} dateTime={createdAt} title={absoluteTime(createdAt)}>
        {shortTime(createdAt, now)}
      </time>
    </p>
  );
}
