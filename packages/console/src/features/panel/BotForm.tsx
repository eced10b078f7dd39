/**
 * Edits a bot's instructions and permissions. Fields show what the server has until they are edited; saving sends only
 * the edits.
 */
import type { Bot, BotLimits, RuntimeName } from "@reef/protocol/bot";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { applyEvents } from "../../data/apply-events.ts";
import { statusQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { Select } from "../../ui/Select.tsx";
import { AgentChoice } from "../gateways/AgentChoice.tsx";
import { MemorySummary } from "../memory/MemorySummary.tsx";
import { ModelPicker } from "../model/ModelPicker.tsx";
import { modelDefaultsQuery } from "../model/model-queries.ts";
import { serverDefaultWords, serverFallbackWords } from "../model/model-words.ts";
import { useServerModel } from "../model/use-server-model.ts";
import styles from "./BotTab.module.css";
import { type BotDraft, changeDraft, withLimit } from "./bot-patch.ts";
import { ToolChoice } from "./ToolChoice.tsx";

export function BotForm({ bot }: { readonly bot: Bot }): ReactElement {
  const { client, queryClient, reads, toasts } = useReef();
  const { data: server } = useQuery(statusQuery(reads));
  const serverModel = useServerModel();
  const { data: defaults } = useQuery(modelDefaultsQuery(reads));
  const [draft, setDraft] = useState<BotDraft>({});
  const shown = { ...bot, ...draft };
  const isChanged = Object.keys(draft).length > 0;
  const change = (fields: BotDraft): void => setDraft(changeDraft(draft, bot, fields));
  const save = useMutation({
    mutationFn: () => client.changeBot(bot.id, draft),
    onSuccess: (saved) => {
      applyEvents(queryClient, [{ type: "bot.changed", seq: 0, at: saved.updatedAt, bot: saved }]);
      setDraft({});
      toasts.show({ text: `Saved. Takes effect on ${saved.name}'s next turn.` });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isChanged) save.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-label={`Settings of ${bot.name}`}>
      <div className={styles.settings}>
        {shown.runtime === "loop" && (
          <ModelPicker
            label="Model"
            work="chat"
            value={shown.model}
            none={serverDefaultWords(serverModel)}
            onChange={(model) => change({ model })}
          />
        )}
        {shown.runtime === "loop" && (
          <ModelPicker
            label="Fallback"
            work="fallback"
            value={shown.fallbackModel}
            none={serverFallbackWords(defaults?.inUse.fallback?.model ?? null)}
            onChange={(fallbackModel) => change({ fallbackModel })}
          />
        )}
        <Field label="Runs on">
          <Select
            options={(server?.runtimes ?? [bot.runtime]).map((name) => [name, wordByRuntime[name]] as const)}
            value={shown.runtime}
            onChoose={(chosen) => change(toRuntime(chosen, bot))}
          />
        </Field>
        {shown.runtime === "openclaw" && (
          <>
            <AgentChoice agent={shown.agent} onChange={(agent) => change({ agent })} />
            <Field label="Model">
              <input
                value={shown.model ?? ""}
                maxLength={200}
                autoComplete="off"
                placeholder="the agent's own"
                onChange={(event) => change({ model: event.target.value.trim() || null })}
              />
            </Field>
            <p className={form.hint}>
              Its tools, workspace and, unless you choose one here, its model come from OpenClaw. The instructions below
              are added to OpenClaw's own.
            </p>
          </>
        )}
        <ToolChoice
          botId={bot.id}
          tools={shown.tools}
          hint={shown.runtime === "openclaw" ? "Reef's tools, which the plugin gives the agent in OpenClaw." : null}
          onChange={(tools) => change({ tools })}
        />
        <div className={styles.pair}>
          <span className={styles.label}>Sessions</span>
          <Check
            label="Private"
            hint="no other bot reads them"
            checked={shown.private}
            onChange={(event) => change({ private: event.target.checked })}
          />
        </div>
        <div className={styles.pair}>
          <span className={styles.label}>Memory</span>
          <MemorySummary bot={bot} />
        </div>
      </div>
      <Field label="Instructions">
        <textarea
          dir="auto"
          className={styles.instructions}
          value={shown.instructions}
          maxLength={200_000}
          placeholder="How it should work, in your words"
          onChange={(event) => change({ instructions: event.target.value })}
        />
      </Field>
      <details className={styles.fold}>
        <summary>Name, role and limits</summary>
        <div>
          <Field label="Name">
            <input
              value={shown.name}
              required
              maxLength={120}
              autoComplete="off"
              onChange={(event) => change({ name: event.target.value })}
            />
          </Field>
          <Field label="Role">
            <input
              value={shown.role}
              maxLength={2000}
              autoComplete="off"
              placeholder="Reviewer, researcher, …"
              onChange={(event) => change({ role: event.target.value })}
            />
          </Field>
          <Limits
            limits={shown.limits}
            rows={shown.runtime === "openclaw" ? outsideLimitRows : limitRows}
            onChange={(limits) => change({ limits })}
          />
        </div>
      </details>
      {save.error && (
        <p className={form.error} role="alert">
          Not saved: {errorText(save.error)}
        </p>
      )}
      {isChanged && (
        <div className={styles.save}>
          <span className={styles.unsaved}>Not saved yet</span>
          <Button
            look="quiet"
            onClick={() => {
              setDraft({});
              save.reset();
            }}
          >
            Discard
          </Button>
          <Button
            type="submit"
            look="primary"
            disabled={save.isPending || (shown.runtime === "openclaw" && !shown.agent?.agentId)}
          >
            {save.isPending ? "Saving…" : "Save"}
          </Button>
        </div>
      )}
    </form>
  );
}

const wordByRuntime: Readonly<Record<RuntimeName, string>> = {
  loop: "a model",
  openclaw: "an OpenClaw agent",
  demo: "demo (no model)",
};

/** Only a bot of OpenClaw is bound to an agent; switching back to OpenClaw restores the one it had. */
function toRuntime(runtime: RuntimeName, bot: Bot): BotDraft {
  return { runtime, agent: runtime === "openclaw" ? bot.agent : null };
}

interface Limit {
  readonly name: keyof BotLimits;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** How many of the protocol's units make one shown unit. */
  readonly unit: number;
}

const limitRows: readonly Limit[] = [
  { name: "maxSteps", label: "Model calls per turn", min: 1, max: 1000, unit: 1 },
  { name: "contextTokens", label: "Context tokens", min: 1000, max: 10_000_000, unit: 1 },
  { name: "maxOutputTokens", label: "Answer tokens", min: 16, max: 1_000_000, unit: 1 },
  { name: "turnTimeoutMs", label: "Max turn time (s)", min: 1, max: 86_400, unit: 1000 },
];

/** A run in OpenClaw is one model call to Reef, which can limit only its duration. */
const outsideLimitRows = limitRows.filter(({ name }) => name === "turnTimeoutMs");

function Limits({
  limits,
  rows,
  onChange,
}: {
  readonly limits: BotLimits;
  readonly rows: readonly Limit[];
  readonly onChange: (limits: BotLimits) => void;
}): ReactElement {
  return (
    <fieldset className={form.plain}>
      <legend className={styles.label}>Limits</legend>
      <div className={styles.facts}>
        {rows.map(({ name, label, min, max, unit }) => {
          const value = limits[name];
          return (
            <Field key={name} label={label} look="row">
              <input
                type="number"
                inputMode="numeric"
                min={min}
                max={max}
                step={1}
                value={value === undefined ? "" : value / unit}
                placeholder="default"
                onChange={({ target }) =>
                  onChange(
                    withLimit(limits, {
                      name,
                      value: target.value === "" ? null : Math.round(Number(target.value) * unit),
                    }),
                  )
                }
              />
            </Field>
          );
        })}
      </div>
    </fieldset>
  );
}
