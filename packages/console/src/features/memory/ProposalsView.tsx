/** Lists the proposals about the memory, earlier decisions, and the policy for what happens without asking. */
import type { ConsolidationPolicy } from "@reef/protocol/consolidation";
import type { BotId } from "@reef/protocol/ids";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt, errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Consolidation.module.css";
import { ConsolidationCard } from "./ConsolidationCard.tsx";
import memory from "./Memory.module.css";
import { readMemoryAgain, useMemoryRead } from "./use-memory-events.ts";

const most = 50;

const policies: readonly { readonly policy: ConsolidationPolicy; readonly label: string }[] = [
  { policy: "propose", label: "suggest memories for review" },
  { policy: "apply", label: "apply them, with undo" },
  { policy: "off", label: "do nothing" },
];

export function ProposalsView({ botId }: { readonly botId: BotId }): ReactElement {
  const { data, error } = useMemoryRead(botId, {
    part: ["consolidations"],
    read: async (client) => (await client.consolidations(botId, { limit: most })).items,
  });
  const isOpen = ({ proposals }: { readonly proposals: readonly { readonly state: string }[] }): boolean =>
    proposals.some(({ state }) => state === "open");
  const open = data?.filter(isOpen) ?? [];
  const past = data?.filter((each) => !isOpen(each)) ?? [];
  return (
    <section className={memory.part} aria-label="Proposals">
      <header className={memory.partHead}>
        <h3 className={memory.heading}>Proposals</h3>
        <Look botId={botId} />
      </header>
      <Policy botId={botId} />
      {error && <p className={memory.hint}>Couldn't load it: {errorText(error)}</p>}
      {data && open.length === 0 && <p className={memory.hint}>None.</p>}
      {open.length > 0 && (
        <ol className={shapes.bare} aria-label="Open proposals">
          {open.map((consolidation) => (
            <ConsolidationCard key={consolidation.id} consolidation={consolidation} />
          ))}
        </ol>
      )}
      {past.length > 0 && (
        <details className={styles.past}>
          <summary>Earlier decisions ({past.length})</summary>
          <ol className={shapes.bare} aria-label="Earlier decisions">
            {past.map((consolidation) => (
              <ConsolidationCard key={consolidation.id} consolidation={consolidation} />
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

function Policy({ botId }: { readonly botId: BotId }): ReactElement | null {
  const reef = useReef();
  const { data } = useMemoryRead(botId, {
    part: ["policy"],
    read: (client) => client.memoryPolicy(botId),
  });
  if (!data) return null;
  const change = (consolidation: ConsolidationPolicy): void =>
    void attempt(reef, "Couldn't change it", async () => {
      await wholeClient(reef.client).putMemoryPolicy(botId, { consolidation });
      readMemoryAgain(reef.queryClient, botId);
    });
  return (
    <Field label="After a session goes quiet:" look="bar">
      <Select
        options={policies.map(({ policy, label }) => [policy, label] as const)}
        aria-label="What consolidation does"
        value={data.consolidation}
        onChoose={(chosen) => change(chosen)}
      />
    </Field>
  );
}

function Look({ botId }: { readonly botId: BotId }): ReactElement {
  const { client, queryClient, toasts } = useReef();
  const look = useMutation({
    mutationFn: () => wholeClient(client).consolidateMemories(botId),
    onSuccess: ({ consolidations }) => {
      readMemoryAgain(queryClient, botId);
      const count = consolidations.reduce((sum, { proposals }) => sum + proposals.length, 0);
      toasts.show({ text: count === 0 ? "Nothing new worth remembering." : `Proposed: ${count}.` });
    },
    onError: (error) => toasts.show({ tone: "failed", text: `Couldn't check: ${errorText(error)}` }),
  });
  return (
    <Button className={memory.act} disabled={look.isPending} onClick={() => look.mutate()}>
      {look.isPending ? "Searching…" : "Check now"}
    </Button>
  );
}
