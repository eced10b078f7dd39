/** Creates a session: its bot, its topic, whether it is remembered and may notify, and an optional title. Enter creates it. */
import type { BotId, TopicId } from "@reef/protocol/ids";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { FormEvent, ReactElement } from "react";
import { botsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import styles from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import { useRouter } from "../../ui/router.tsx";
import { Select } from "../../ui/Select.tsx";
import { botNames } from "../bot/bot-names.ts";
import { createSession } from "./session-actions.ts";

export function NewSessionDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const { data: bots } = useQuery(botsQuery(reef.reads));
  const { data: topics = [] } = useQuery(topicsQuery(reef.reads));
  const make = useMutation({
    mutationFn: (fields: FormData) => {
      const title = String(fields.get("title") ?? "").trim();
      const topicId = String(fields.get("topic") ?? "");
      return createSession(reef, {
        botId: String(fields.get("bot")) as BotId,
        ...(title === "" ? {} : { title }),
        ...(topicId === "" ? {} : { topicId: topicId as TopicId }),
        ...(fields.get("incognito") === "on" && { memory: "off" as const }),
        ...(fields.get("muted") === "on" && { muted: true }),
      });
    },
    onSuccess: (session) => {
      onClose();
      return router.navigate({ to: "/s/$sessionId", params: { sessionId: session.id } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    make.mutate(new FormData(event.currentTarget));
  };
  const choices = [...(bots?.values() ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  const names = botNames(choices);
  if (bots && choices.length === 0) {
    return (
      <Dialog title="New session" onClose={onClose}>
        <div className={styles.form}>
          <p>A session needs a bot, and there are none yet.</p>
          <div className={styles.actions}>
            <Button look="primary" onClick={() => reef.panel.set({ type: "new-bot" })}>
              Create a bot
            </Button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="New session" onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <Field label="Bot">
          <Select
            options={choices.map(
              (bot) =>
                [
                  bot.id,
                  bot.role ? `${names.get(bot.id)}: ${bot.role.slice(0, 60)}` : (names.get(bot.id) ?? bot.name),
                ] as const,
            )}
            name="bot"
            data-first
          />
        </Field>
        <div className={styles.row}>
          <Field label="Title">
            <input name="title" maxLength={200} autoComplete="off" placeholder="From its first message" />
          </Field>
          <Field label="Topic">
            <Select<TopicId | "">
              options={[["", "None"], ...topics.map((topic) => [topic.id, topic.name] as const)]}
              name="topic"
              defaultValue=""
            />
          </Field>
        </div>
        <Check label="Incognito" hint="uses and keeps no memories, and no other bot can read it" name="incognito" />
        <Check label="Mute" hint="sends no notifications" name="muted" />
        <FormEnd
          problem={make.error && `Couldn't create it: ${errorText(make.error)}`}
          action={"Create session"}
          isDisabled={make.isPending}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
