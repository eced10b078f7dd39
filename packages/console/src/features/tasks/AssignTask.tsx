/** Gives the task to a bot: it opens a session, whose result comes back to the task. */
import type { Bot } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";
import type { TaskWithDetail } from "@reef/protocol/task";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { Select } from "../../ui/Select.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Tasks.module.css";

export function AssignTask({
  task,
  bots,
  onAssigned,
}: {
  readonly task: TaskWithDetail;
  readonly bots: ReadonlyMap<BotId, Bot>;
  readonly onAssigned: () => void;
}): ReactElement {
  const { client, queryClient, toasts } = useReef();
  const [botId, setBotId] = useState<BotId | "">(task.botId ?? "");
  const assign = useMutation({
    mutationFn: (id: BotId) => wholeClient(client).assignTask(task.id, { botId: id }),
    onSuccess: () => {
      toasts.show({ text: `${bots.get(botId as BotId)?.name ?? "The bot"} is working on it.` });
      void queryClient.invalidateQueries({ queryKey: ["tasks"] });
      onAssigned();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (botId !== "") assign.mutate(botId);
  };
  const current = task.botId === null ? undefined : bots.get(task.botId);
  return (
    <form className={styles.section} onSubmit={submit}>
      <div className={styles.row}>
        <Field label="Bot">
          <Select<BotId | "">
            options={[["", "Choose a bot"], ...[...bots.values()].map(({ id, name }) => [id, name] as const)]}
            value={botId}
            onChoose={setBotId}
          />
        </Field>
        <Button type="submit" look="primary" disabled={botId === "" || assign.isPending}>
          {task.attempts === 0 ? "Assign" : "Assign again"}
        </Button>
      </div>
      {assign.error && (
        <p className={form.error} role="alert">
          Couldn't assign it: {errorText(assign.error)}
        </p>
      )}
      {task.sessionId && (
        <p className={shapes.soft}>
          {current?.name ?? "A bot"}, attempt {task.attempts}:{" "}
          <SessionLink sessionId={task.sessionId} className={shapes.wordLink}>
            open the session
          </SessionLink>
        </p>
      )}
    </form>
  );
}
