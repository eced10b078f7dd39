/** Shows what each turn changed in a workspace, as diffs, and takes a turn's changes back. An undo can itself be undone. */
import type { BotId } from "@reef/protocol/ids";
import type { WorkspaceTurn, WorkspaceUndone } from "@reef/protocol/workspace";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { History, Undo2 } from "lucide";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Bones } from "../../ui/Bones.tsx";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { Empty } from "../../ui/Empty.tsx";
import form from "../../ui/Form.module.css";
import { Icon } from "../../ui/Icon.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, shortMoment } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import styles from "./FilesTab.module.css";
import { TurnChanges } from "./TurnChanges.tsx";
import { changedTurnsQuery, readWorkspaceAgain } from "./workspace-queries.ts";

export function ChangesView({ botId }: { readonly botId: BotId }): ReactElement {
  const { data: turns, error, refetch } = useQuery(changedTurnsQuery(useReef().reads, botId));
  const [openId, setOpenId] = useState<string | null>(null);
  if (error && !turns) return <LoadFailure what="the changes" error={error} onAgain={refetch} />;
  if (!turns) return <Bones look="row" />;
  if (turns.length === 0) {
    return (
      <Empty icon={History} title="No turn has changed files">
        What a turn changes is kept, and can be undone.
      </Empty>
    );
  }
  const undoneIds = new Set(turns.flatMap(({ undoes }) => undoes ?? []));
  // The newest is what a person comes for.
  const shownId = openId ?? turns.find(({ isRunning }) => !isRunning)?.id;
  return (
    <ul className={`${shapes.bare} ${styles.turns}`} aria-label="Changes of turns">
      {turns.map((turn) => (
        <TurnRow
          key={turn.id}
          botId={botId}
          turn={turn}
          isUndone={undoneIds.has(turn.id)}
          isOpen={shownId === turn.id}
          onToggle={() => setOpenId(shownId === turn.id ? "" : turn.id)}
        />
      ))}
    </ul>
  );
}

function TurnRow({
  botId,
  turn: { id, at, changed, isRunning, undoes },
  isUndone,
  isOpen,
  onToggle,
}: {
  readonly botId: BotId;
  readonly turn: WorkspaceTurn;
  readonly isUndone: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}): ReactElement {
  const client = wholeClient(useReef().client);
  const queryClient = useQueryClient();
  const nowMs = useNow(60_000);
  const undo = useMutation({
    mutationFn: () => client.undoWorkspaceTurn(botId, id),
    onSettled: () => readWorkspaceAgain(queryClient, botId),
  });
  const what = undoes === null ? "Turn" : "Undo";
  return (
    <li className={styles.turn} data-turn={id}>
      <div className={styles.turnHead}>
        <button type="button" className={styles.row} aria-expanded={isOpen} onClick={onToggle}>
          <span>
            {what} of{" "}
            <time dateTime={at} title={absoluteTime(at)}>
              {shortMoment(at, nowMs)}
            </time>
          </span>
          <span className={`${shapes.meta} ${shapes.grow}`}>
            {isRunning ? "running" : countOf(changed, "change")}
            {isUndone && ", undone"}
          </span>
        </button>
        {!isRunning && (
          <Button
            isSmall
            disabled={undo.isPending}
            aria-label={`Undo the ${what.toLowerCase()} of ${shortMoment(at, nowMs)}`}
            onClick={() => undo.mutate()}
          >
            <Icon icon={Undo2} size={12} /> Undo
          </Button>
        )}
      </div>
      {undo.error && (
        <p className={form.error} role="alert">
          Couldn't undo it: {errorText(undo.error)}
        </p>
      )}
      {undo.data && <Undone undone={undo.data} />}
      {isOpen && !isRunning && <TurnChanges botId={botId} turnId={id} />}
    </li>
  );
}

function Undone({ undone: { restored, deleted, left } }: { readonly undone: WorkspaceUndone }): ReactElement {
  const done = [
    restored.length > 0 ? `${countOf(restored.length, "item")} restored` : "",
    deleted.length > 0 ? `${countOf(deleted.length, "item")} deleted` : "",
  ].filter(Boolean);
  return (
    <div className={styles.undone} role="status">
      <p>{done.join(", ") || "Nothing was changed"}.</p>
      {left.length > 0 && (
        <>
          <p>Left as {left.length === 1 ? "it is" : "they are"}:</p>
          <ul>
            {left.map(({ path, why }) => (
              <li key={path}>
                <code>{path}</code> {why}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
