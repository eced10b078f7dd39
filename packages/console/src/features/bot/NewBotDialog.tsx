/** Creates a bot together with its first session, because a bot without a session has nothing to show. */
import type { RuntimeName } from "@reef/protocol/bot";
import type { AgentRef } from "@reef/protocol/gateway";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { statusQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import styles from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import { Link, useRouter } from "../../ui/router.tsx";
import { Select } from "../../ui/Select.tsx";
import { AgentChoice } from "../gateways/AgentChoice.tsx";
import { ModelPicker } from "../model/ModelPicker.tsx";
import { serverDefaultWords } from "../model/model-words.ts";
import { useServerModel } from "../model/use-server-model.ts";
import { createSession } from "../session/session-actions.ts";

export function NewBotDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const { data: status } = useQuery(statusQuery(reef.reads));
  const serverModel = useServerModel();
  const [runtime, setRuntime] = useState<RuntimeName | null>(null);
  const [agent, setAgent] = useState<AgentRef | null>(null);
  const [model, setModel] = useState<string | null>(null);
  const chosen = runtime ?? status?.runtime ?? "loop";
  const make = useMutation({
    mutationFn: async (fields: FormData) => {
      const text = (name: string): string => String(fields.get(name) ?? "").trim();
      const named = chosen === "loop" ? model : text("model") || null;
      const bot = await reef.client.createBot({
        name: text("name"),
        role: text("role"),
        instructions: text("instructions"),
        runtime: chosen,
        ...(chosen !== "demo" && named !== null ? { model: named } : {}),
        ...(chosen === "openclaw" && agent ? { agent } : {}),
      });
      return await createSession(reef, { botId: bot.id });
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
  return (
    <Dialog title="New bot" onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.row}>
          <Field label="Name">
            <input name="name" data-first required maxLength={120} autoComplete="off" />
          </Field>
          <Field label="Role">
            <input name="role" maxLength={2000} placeholder="Reviewer, researcher, …" autoComplete="off" />
          </Field>
        </div>
        <Field
          label="Instructions"
          hint={chosen === "openclaw" && "Added to what OpenClaw itself tells the agent. Optional."}
        >
          <textarea dir="auto" name="instructions" placeholder="How it should work, in your words" />
        </Field>
        <div className={chosen === "openclaw" ? styles.row : undefined}>
          <Field label="Runs on">
            <Select
              options={(status?.runtimes ?? ["loop", "demo"]).map((name) => [name, wordsByRuntime[name]] as const)}
              value={chosen}
              onChoose={(chosen) => setRuntime(chosen)}
            />
          </Field>
          {chosen === "openclaw" && (
            <Field label="Model">
              <input name="model" maxLength={200} autoComplete="off" placeholder="the agent's own" />
            </Field>
          )}
        </div>
        {chosen === "loop" && (
          <ModelPicker
            label="Model"
            work="chat"
            value={model}
            none={serverDefaultWords(serverModel)}
            onChange={setModel}
          />
        )}
        {serverModel === null && chosen !== "openclaw" && (
          <p className={styles.hint}>
            No model is set up yet.{" "}
            <Link to="/providers" onClick={onClose}>
              Set up a model
            </Link>{" "}
            {chosen === "demo" && "to give this bot one. The demo runtime isn't a language model."}
          </p>
        )}
        {chosen === "openclaw" && (
          <>
            <AgentChoice agent={agent} onChange={setAgent} />
            <p className={styles.hint}>
              Its tools, its workspace and, unless you choose one here, its model come from OpenClaw. Reef gives it
              sessions, receipts and memory, and Reef's tools once the plugin is installed:{" "}
              <code>npm run reef -- openclaw connect</code>.
            </p>
          </>
        )}
        <FormEnd
          problem={make.error && `Couldn't create the bot: ${errorText(make.error)}`}
          action="Create bot"
          isDisabled={make.isPending || (chosen === "openclaw" && !agent?.agentId)}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

const wordsByRuntime: Readonly<Record<RuntimeName, string>> = {
  loop: "a model",
  openclaw: "an OpenClaw agent",
  demo: "demo (no model)",
};
