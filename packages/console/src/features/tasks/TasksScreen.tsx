/** Shows all tasks as a board, live: filtered by folder, bot, topic and words, grouped by topic or bot. */
import type { BotId, RootId, TaskId, TopicId } from "@reef/protocol/ids";
import type { TaskFilter } from "@reef/protocol/task";
import { useQuery } from "@tanstack/react-query";
import { SquareKanban } from "lucide";
import { type ReactElement, useMemo, useState } from "react";
import { botsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { Empty, NoResults } from "../../ui/Empty.tsx";
import { Field } from "../../ui/Field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { Select } from "../../ui/Select.tsx";
import { readStored, writeStored } from "../../ui/storage.ts";
import { BoardView } from "./BoardView.tsx";
import type { GroupBy } from "./board.ts";
import styles from "./Tasks.module.css";
import { useBoard, useMove } from "./use-board.ts";
import { useRoots } from "./use-roots.ts";

const NewTask = lazyPart("NewTask", () => import("./NewTask.tsx"));
const TaskDialog = lazyPart("TaskDialog", () => import("./TaskDialog.tsx"));
const RootsDialog = lazyPart("RootsDialog", () => import("./RootsDialog.tsx"));

const groupedKey = "tasks-group-by";
const groupings = [
  ["none", "Nothing"],
  ["topic", "Topic"],
  ["bot", "Bot"],
] as const satisfies readonly (readonly [GroupBy, string])[];

type Open = { readonly type: "new" | "roots" } | { readonly type: "task"; readonly id: TaskId };

export function TasksScreen(): ReactElement {
  const { reads } = useReef();
  const { data: bots = new Map() } = useQuery(botsQuery(reads));
  const { data: topics = [] } = useQuery(topicsQuery(reads));
  const { data: roots = [] } = useRoots();
  const [words, setWords] = useState("");
  const [place, setPlace] = useState({ root: "", bot: "", topic: "", conflict: false });
  const [groupBy, setGroupBy] = useState<GroupBy>(
    () => groupings.find(([key]) => key === readStored(groupedKey))?.[0] ?? "none",
  );
  const [open, setOpen] = useState<Open | null>(null);
  const filter = useMemo(
    (): TaskFilter => ({
      gone: false,
      template: false,
      ...(words.trim() !== "" && { q: words.trim().slice(0, 200) }),
      ...(place.root !== "" && { rootId: place.root as RootId }),
      ...(place.bot !== "" && { botId: place.bot as BotId }),
      ...(place.topic !== "" && { topicId: place.topic as TopicId }),
      ...(place.conflict && { conflict: true }),
    }),
    [words, place],
  );
  const { data: board, error, refetch } = useBoard(filter);
  const move = useMove(filter);
  const close = (): void => setOpen(null);
  const isFiltered = Object.keys(filter).length > 2;
  const clear = (): void => {
    setWords("");
    setPlace({ root: "", bot: "", topic: "", conflict: false });
  };
  const tools = (
    <>
      <Button onClick={() => setOpen({ type: "roots" })}>Connected folders…</Button>
      <Button look="primary" onClick={() => setOpen({ type: "new" })}>
        New task
      </Button>
    </>
  );
  const total = board?.counts.total ?? 0;
  const isEmpty = board !== undefined && total === 0;
  return (
    <Screen
      title="Tasks"
      count={total}
      body="own"
      read={{ what: "the tasks", error, isReading: !board, again: refetch, look: "card" }}
      tools={!(isEmpty && !isFiltered) && tools}
      empty={
        isEmpty &&
        !isFiltered && (
          <Empty icon={SquareKanban} title="No tasks yet" actions={tools}>
            A task has criteria that say when it is done. Write one, or connect the folder of a BlackBox5; a bot you
            assign it to reports what it met.
          </Empty>
        )
      }
      dialogs={
        <Part what="This dialog" onClose={close}>
          {open?.type === "new" && <NewTask topics={topics} onClose={close} />}
          {open?.type === "roots" && <RootsDialog onClose={close} />}
          {open?.type === "task" && <TaskDialog key={open.id} id={open.id} names={{ bots, topics }} onClose={close} />}
        </Part>
      }
    >
      <div className={styles.filters}>
        <SearchField label="Filter tasks" placeholder="Filter" value={words} onSeek={setWords} />
        <Field label="Group by" look="bar">
          <Select
            options={groupings}
            value={groupBy}
            onChoose={(by) => {
              setGroupBy(by);
              writeStored(groupedKey, by === "none" ? null : by);
            }}
          />
        </Field>
        {roots.length > 0 && (
          <Select
            aria-label="Folder"
            options={[["", "All folders"], ...roots.map(({ id, name }) => [id, name] as const)]}
            value={place.root}
            onChoose={(root) => setPlace({ ...place, root })}
          />
        )}
        <Select
          aria-label="Bot"
          options={[["", "All bots"], ...[...bots.values()].map(({ id, name }) => [id, name] as const)]}
          value={place.bot}
          onChoose={(bot) => setPlace({ ...place, bot })}
        />
        <Select
          aria-label="Topic"
          options={[["", "All topics"], ...topics.map(({ id, name }) => [id, name] as const)]}
          value={place.topic}
          onChoose={(topic) => setPlace({ ...place, topic })}
        />
        <Check
          label="Only conflicts"
          title="Tasks whose folder and text disagree"
          checked={place.conflict}
          onChange={({ currentTarget }) => setPlace({ ...place, conflict: currentTarget.checked })}
        />
      </div>
      {isEmpty && <NoResults words={words.trim()} onClear={clear} />}
      {board && !isEmpty && (
        <BoardView
          board={board}
          groupBy={groupBy}
          names={{ bots, topics }}
          onOpen={(id) => setOpen({ type: "task", id })}
          onMove={move}
        />
      )}
    </Screen>
  );
}
