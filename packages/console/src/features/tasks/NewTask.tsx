/** Creates a task of Reef's own: a title, what is to be done, and when it is done. */
import type { TopicId } from "@reef/protocol/ids";
import type { TaskPriority } from "@reef/protocol/task";
import { taskLimits } from "@reef/protocol/task-limits";
import type { Topic } from "@reef/protocol/topic";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import { Select } from "../../ui/Select.tsx";
import styles from "./Tasks.module.css";
import { priorities, priorityWords } from "./task-words.ts";

export function NewTask({
  topics,
  onClose,
}: {
  readonly topics: readonly Topic[];
  readonly onClose: () => void;
}): ReactElement {
  const { client, queryClient } = useReef();
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const [criteria, setCriteria] = useState("");
  const [priority, setPriority] = useState<TaskPriority | "">("");
  const [topic, setTopic] = useState("");
  const save = useMutation({
    mutationFn: () =>
      wholeClient(client).createTask({
        title: title.trim(),
        text,
        criteria: criteria
          .split("\n")
          .map((line) => line.replace(/^\s*(?:[-*]\s+)?(?:\[[ xX]\]\s*)?/, "").trim())
          .filter((line) => line !== ""),
        priority: priority === "" ? null : priority,
        topicId: topic === "" ? null : (topic as TopicId),
      }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ["tasks"] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title="New task" width="wide" onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <Field label="Title">
          <input
            data-first
            required
            maxLength={taskLimits.title}
            autoComplete="off"
            value={title}
            onChange={({ currentTarget }) => setTitle(currentTarget.value)}
          />
        </Field>
        <Field label="What is to be done">
          <textarea
            rows={5}
            dir="auto"
            maxLength={taskLimits.text}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        </Field>
        <Field label="Done when" hint="One criterion a line. The bot reports each of them with evidence.">
          <textarea
            rows={4}
            dir="auto"
            value={criteria}
            onChange={({ currentTarget }) => setCriteria(currentTarget.value)}
          />
        </Field>
        <div className={styles.row}>
          <Field label="Priority">
            <Select<TaskPriority | "">
              options={[["", "None"], ...priorities.map((each) => [each, priorityWords[each]] as const)]}
              value={priority}
              onChoose={setPriority}
            />
          </Field>
          <Field label="Topic">
            <Select
              options={[["", "None"], ...topics.map(({ id, name }) => [id, name] as const)]}
              value={topic}
              onChoose={setTopic}
            />
          </Field>
        </div>
        <FormEnd
          problem={save.error && `Couldn't create it: ${errorText(save.error)}`}
          action="Create"
          isDisabled={save.isPending || title.trim() === ""}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
