/** A new topic: a name and a colour. Opened from a session, that session moves into it. */
import type { SessionId } from "@reef/protocol/ids";
import { useMutation } from "@tanstack/react-query";
import type { CSSProperties, FormEvent, ReactElement } from "react";
import { applyEvents } from "../apply-events.ts";
import { useReef } from "../reef.ts";
import { changeSession, errorText } from "../session/session-actions.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "../ui/Form.module.css";

const colours = ["#0f8f87", "#3b82f6", "#8b5cf6", "#db2777", "#dc2626", "#d97706", "#65a30d", "#64748b"];

export function NewTopicDialog({
  onClose,
  sessionId,
}: {
  readonly onClose: () => void;
  readonly sessionId: SessionId | null;
}): ReactElement {
  const reef = useReef();
  const make = useMutation({
    mutationFn: async (fields: FormData) => {
      const name = String(fields.get("name") ?? "").trim();
      const topic = await reef.client.createTopic({ name, colour: String(fields.get("colour")) });
      applyEvents(reef.queryClient, [{ type: "topic.changed", seq: 0, at: topic.createdAt, topic }]);
      if (sessionId) await changeSession(reef, { id: sessionId, patch: { topicId: topic.id } });
    },
    onSuccess: onClose,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    make.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title="New topic" onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <label className={styles.field}>
          <span className={styles.label}>Name</span>
          <input
            className={styles.input}
            name="name"
            data-first
            required
            maxLength={120}
            autoComplete="off"
            placeholder="Development, research, …"
          />
        </label>
        <fieldset className={styles.plain}>
          <legend className={styles.label}>Colour</legend>
          <div className={styles.swatches}>
            {colours.map((colour, index) => (
              <input
                key={colour}
                type="radio"
                name="colour"
                value={colour}
                defaultChecked={index === 0}
                aria-label={`Colour ${index + 1}`}
                className={styles.swatch}
                style={{ "--swatch": colour } as CSSProperties}
              />
            ))}
          </div>
        </fieldset>
        {make.error && (
          <p className={styles.error} role="alert">
            Not made: {errorText(make.error)}
          </p>
        )}
        <div className={styles.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={make.isPending}>
            Make the topic
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
