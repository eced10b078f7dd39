/** Creates or edits a schedule. Typed text stays until it is saved; a refusal of the server is shown at its field. */
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Schedule, SchedulePatch } from "@reef/protocol/schedule";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import { useNow } from "../../ui/use-now.ts";
import styles from "./ScheduleDialog.module.css";
import { SessionChoice } from "./SessionChoice.tsx";
import { TimingFields } from "./TimingFields.tsx";
import { draftToTiming, newTimingDraft, type TimingDraft, timingToDraft } from "./timing-draft.ts";
import { momentWords } from "./timing-words.ts";
import { takeSchedule, useReader } from "./use-schedules.ts";

interface Draft {
  readonly sessionId: SessionId | null;
  readonly text: string;
  readonly name: string;
  readonly timing: TimingDraft;
}

export function ScheduleDialog({
  schedule,
  sessionId,
  onClose,
}: {
  /** Null creates a new one. */
  readonly schedule: Schedule | null;
  /** The session a new one is created from. */
  readonly sessionId: SessionId | null;
  readonly onClose: () => void;
}): ReactElement {
  const reef = useReef();
  const reader = useReader(useNow(10_000));
  const [first] = useState<Draft>(() => ({
    sessionId: schedule?.sessionId ?? sessionId,
    text: schedule?.text ?? "",
    name: schedule?.name ?? "",
    timing: schedule ? timingToDraft(schedule.timing, reader) : newTimingDraft(reader.nowMs, reader.zone),
  }));
  const [draft, setDraft] = useState(first);
  const [hasNoSession, setNoSession] = useState(false);
  const save = useMutation({
    mutationFn: async (wanted: Draft) => {
      const { client } = reef;
      if (schedule) return await wholeClient(client).changeSchedule(schedule.id, patchOf(first, wanted));
      const timing = draftToTiming(wanted.timing);
      const { sessionId: id, text } = wanted;
      if (!timing || !id) throw new Error("the form is not filled in");
      const name = wanted.name.trim();
      return await wholeClient(client).createSchedule({ sessionId: id, text, timing, ...(name && { name }) });
    },
    onSuccess: (saved) => {
      takeSchedule(reef, saved);
      const next = saved.nextAt === null ? "" : `: next ${momentWords(Date.parse(saved.nextAt), reader)}`;
      reef.toasts.show({ text: `${schedule ? "Saved" : "Created"} “${saved.name}”${next}` });
      onClose();
    },
  });
  const change = (fields: Partial<Draft>): void => {
    setDraft({ ...draft, ...fields });
    // The refused values have changed.
    save.reset();
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setNoSession(draft.sessionId === null);
    if (draft.sessionId === null || draftToTiming(draft.timing) === null) return;
    save.mutate(draft);
  };
  const errors = errorsOf(save.error);
  const isTimingKept = JSON.stringify(draft.timing) === JSON.stringify(first.timing);
  return (
    <Dialog title={schedule ? "Edit schedule" : "New schedule"} width="wide" onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        {schedule ? (
          <SessionName sessionId={schedule.sessionId} />
        ) : (
          <SessionChoice
            value={draft.sessionId}
            error={hasNoSession && draft.sessionId === null ? "Choose the session it writes to." : errors.sessionId}
            onChange={(id) => change({ sessionId: id })}
          />
        )}
        <Field
          label="What it sends"
          error={errors.text}
          hint={
            schedule?.by === "bot" && "The bot created this schedule. If you change the message, it counts as yours."
          }
        >
          <textarea
            dir="auto"
            className={styles.text}
            required
            value={draft.text}
            data-first={draft.sessionId !== null || undefined}
            placeholder="As you would write it in the session"
            onChange={(event) => change({ text: event.target.value })}
          />
        </Field>
        <Field label="Name" error={errors.name}>
          <input
            maxLength={200}
            autoComplete="off"
            required={schedule !== null}
            value={draft.name}
            placeholder="The first words of what it sends"
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
        <TimingFields
          draft={draft.timing}
          reader={reader}
          savedNextAt={isTimingKept ? (schedule?.nextAt ?? null) : null}
          error={errors.timing}
          onChange={(timing) => change({ timing })}
        />
        <FormEnd
          problem={errors.other ? `Couldn't save: ${errors.other}` : null}
          action={schedule ? "Save" : "Create schedule"}
          isDisabled={save.isPending}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

function SessionName({ sessionId }: { readonly sessionId: SessionId }): ReactElement {
  const { reads } = useReef();
  const { data: title } = useQuery({ ...sessionsQuery(reads), select: ({ byId }) => byId.get(sessionId)?.title });
  return (
    <p className={styles.fixed}>
      <span className={form.label}>Session</span> {title ?? "an archived session"}
    </p>
  );
}

/** Returns only what differs: a timing that is sent again would be counted from now (SC3). */
function patchOf(first: Draft, wanted: Draft): SchedulePatch {
  const timing = JSON.stringify(first.timing) === JSON.stringify(wanted.timing) ? null : draftToTiming(wanted.timing);
  return {
    ...(wanted.name.trim() !== first.name && { name: wanted.name }),
    ...(wanted.text !== first.text && { text: wanted.text }),
    ...(timing && { timing }),
  };
}

type FieldErrors = Readonly<Record<"sessionId" | "text" | "name" | "timing" | "other", string | null>>;

/** Puts each at the field that the server names; errors without a field go to the foot. */
function errorsOf(error: Error | null): FieldErrors {
  const found: Record<keyof FieldErrors, string | null> = {
    sessionId: null,
    text: null,
    name: null,
    timing: null,
    other: null,
  };
  if (error === null) return found;
  const fields = error instanceof AppError ? error.fields : [];
  for (const { path, message } of fields) {
    const field = path.split(".")[0] ?? "";
    found[field in found ? (field as keyof FieldErrors) : "other"] = message;
  }
  if (fields.length === 0) found.other = errorText(error);
  return found;
}
