/** Asks once before a bot is deleted for good, and says what goes with it. */
import type { Bot } from "@reef/protocol/bot";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./BotTab.module.css";

export function DeleteBot({ bot }: { readonly bot: Bot }): ReactElement {
  const { client, reads, toasts } = useReef();
  const router = useRouter();
  const [isAsked, setAsked] = useState(false);
  const { data: sessionCount = 0 } = useQuery({
    ...sessionsQuery(reads),
    select: ({ byId }) => [...byId.values()].filter(({ botId }) => botId === bot.id).length,
  });
  const remove = useMutation({
    mutationFn: () => client.deleteBot(bot.id),
    onSuccess: () => {
      toasts.show({ text: `Deleted ${bot.name}.` });
      router.navigate({ to: "/" });
    },
  });
  const whole = `${bot.name} and ${countOf(sessionCount, "session")}`;
  return (
    <section aria-label="Delete bot">
      {isAsked ? (
        <div className={styles.danger} role="alertdialog" aria-label={`Delete ${bot.name}?`}>
          <p>
            <b>{whole}</b>, including archived ones, will be deleted with all their messages. This can't be undone.
          </p>
          <div className={shapes.wrap}>
            <Button autoFocus onClick={() => setAsked(false)}>
              <span className={shapes.cut}>Keep {bot.name}</span>
            </Button>
            <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
              {remove.isPending ? "Deleting…" : "Delete for good"}
            </Button>
          </div>
          {remove.error && <p role="alert">Couldn't delete it: {errorText(remove.error)}</p>}
        </div>
      ) : (
        <Button look="danger" onClick={() => setAsked(true)}>
          <span className={shapes.cut}>Delete {bot.name}…</span>
        </Button>
      )}
    </section>
  );
}
