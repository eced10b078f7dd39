/** Creates or edits a topic: its name and its color. Created from a session, that session moves into it. */
import type { SessionId } from "@reef/protocol/ids";
import type { Topic } from "@reef/protocol/topic";
import { useMutation } from "@tanstack/react-query";
import type { CSSProperties, FormEvent, ReactElement } from "react";
import { applyEvents } from "../../data/apply-events.ts";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import styles from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import shapes from "../../ui/Shapes.module.css";
import { topicColor } from "../../ui/topic-color.ts";
import { changeSession } from "../session/session-actions.ts";

const nameByColor: Readonly<Record<string, string>> = {
  "#906656": "Clay",
  "#8e8856": "Straw",
  "#7b8e64": "Moss",
  "#55938d": "Lagoon",
  "#6d8c99": "Steel",
  "#777da7": "Slate",
  "#a1759a": "Orchid",
  "#ac7384": "Rose",
};
const colors = Object.keys(nameByColor);

export function TopicDialog({
  onClose,
  topic,
  sessionId,
}: {
  readonly onClose: () => void;
  /** Null creates a new one. */
  readonly topic: Topic | null;
  readonly sessionId: SessionId | null;
}): ReactElement {
  const reef = useReef();
  const save = useMutation({
    mutationFn: async (form: FormData) => {
      const fields = { name: String(form.get("name") ?? "").trim(), color: String(form.get("color")) };
      const saved = topic ? await reef.client.changeTopic(topic.id, fields) : await reef.client.createTopic(fields);
      applyEvents(reef.queryClient, [{ type: "topic.changed", seq: 0, at: saved.createdAt, topic: saved }]);
      if (sessionId) await changeSession(reef, { id: sessionId, patch: { topicId: saved.id } });
    },
    onSuccess: onClose,
  });
  // A color that was set elsewhere stays among the choices.
  const choices = !topic || colors.includes(topic.color) ? colors : [topic.color, ...colors];
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={topic ? "Edit topic" : "New topic"} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <Field label="Name">
          <input
            name="name"
            data-first
            required
            maxLength={120}
            autoComplete="off"
            defaultValue={topic?.name}
            placeholder="Development, research, …"
          />
        </Field>
        <fieldset className={styles.plain}>
          <legend className={styles.label}>Colour</legend>
          <div className={shapes.wrap}>
            {choices.map((color, index) => (
              <input
                key={color}
                type="radio"
                name="color"
                value={color}
                defaultChecked={topic ? color === topic.color : index === 0}
                aria-label={nameByColor[color] ?? "The present colour"}
                title={nameByColor[color]}
                className={styles.swatch}
                style={{ "--swatch": topicColor(color) } as CSSProperties}
              />
            ))}
          </div>
        </fieldset>
        <FormEnd
          problem={save.error && `Couldn't save: ${errorText(save.error)}`}
          action={topic ? "Save" : "Create topic"}
          isDisabled={save.isPending}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
