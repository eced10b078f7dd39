/**
 * Edits a bot's box: whether it has one, the workspace it works in, what its commands may reach and use. It says what this
 * machine lacks for it. Fields show what the server has until they are edited.
 */
import type { Bot } from "@reef/protocol/bot";
import type { BoxSettings } from "@reef/protocol/box";
import { defaultBoxLimits } from "@reef/protocol/box-limits";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { showTab } from "../../data/right-panel.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import tab from "../../ui/PanelTab.module.css";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import panel from "../panel/BotTab.module.css";
import { BoxLimitFields } from "./BoxLimitFields.tsx";
import { takeBot } from "./save-attachments.ts";
import styles from "./ToolsTab.module.css";
import { boxQuery } from "./tool-queries.ts";

const noBox: BoxSettings = { enabled: false, workspace: null, hosts: [], web: true, limits: defaultBoxLimits };

export function BoxForm({ bot }: { readonly bot: Bot }): ReactElement {
  const reef = useReef();
  const { data: box } = useQuery(boxQuery(reef.reads));
  const stored = bot.box ?? noBox;
  const [draft, setDraft] = useState<Partial<BoxSettings>>({});
  const [hostText, setHostText] = useState<string | null>(null);
  const shown = { ...stored, ...draft };
  const hosts = hostText === null ? stored.hosts : hostsOf(hostText);
  const wanted = { ...shown, hosts };
  const isChanged = JSON.stringify(wanted) !== JSON.stringify(stored);
  const change = (fields: Partial<BoxSettings>): void => setDraft((before) => ({ ...before, ...fields }));
  const discard = (): void => {
    setDraft({});
    setHostText(null);
    save.reset();
  };
  const save = useMutation({
    mutationFn: () => reef.client.changeBot(bot.id, { box: wanted }),
    onSuccess: (saved) => {
      takeBot(reef, saved);
      setDraft({});
      setHostText(null);
      reef.toasts.show({ text: `Saved. Takes effect on ${saved.name}'s next turn.` });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isChanged && !save.isPending) save.mutate();
  };
  return (
    <form aria-labelledby="bot-box" className={styles.box} onSubmit={submit}>
      <h2 id="bot-box" className={tab.heading}>
        Box
      </h2>
      <Check
        label="Files, commands and the web"
        hint="in a folder of its own, closed off from this machine"
        checked={shown.enabled}
        onChange={({ target }) => change({ enabled: target.checked })}
      />
      {box && !box.available && (
        <div className={styles.missing} role="status">
          <Sign status="failed" words="" />
          <p>Commands can't run on this machine: {box.reason} Files can be read and written all the same.</p>
        </div>
      )}
      {shown.enabled && (
        <>
          <Check
            label="May read web pages and search the web"
            checked={shown.web}
            onChange={({ target }) => change({ web: target.checked })}
          />
          <Field
            label="Hosts that its commands may reach"
            hint="One a line, such as registry.npmjs.org or *.example.com. Without any, they have no network."
          >
            <textarea
              rows={3}
              spellCheck={false}
              autoComplete="off"
              value={hostText ?? stored.hosts.join("\n")}
              onChange={({ target }) => setHostText(target.value)}
            />
          </Field>
          <Field
            label="Shared workspace"
            hint="Bots with the same name here work in the same folder. Empty: a folder of its own."
          >
            <input
              maxLength={63}
              pattern="[a-z0-9][a-z0-9\-]*"
              title="Small letters, digits and dashes"
              autoComplete="off"
              spellCheck={false}
              placeholder="its own"
              value={shown.workspace ?? ""}
              onChange={({ target }) => change({ workspace: target.value.trim() || null })}
            />
          </Field>
          <BoxLimitFields limits={shown.limits} onChange={(limits) => change({ limits })} />
          <p className={shapes.meta}>
            <button type="button" className={shapes.wordLink} onClick={() => showTab(reef.rightPanel, "files")}>
              Show its files
            </button>
          </p>
        </>
      )}
      {save.error && (
        <p className={form.error} role="alert">
          Couldn't save it: {errorText(save.error)}
        </p>
      )}
      {isChanged && (
        <div className={panel.save}>
          <span className={panel.unsaved}>Not saved yet</span>
          <Button look="quiet" onClick={discard}>
            Discard
          </Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {save.isPending ? "Saving…" : "Save"}
          </Button>
        </div>
      )}
    </form>
  );
}

function hostsOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[\s,]+/)
        .map((host) => host.trim().toLowerCase())
        .filter((host) => host !== ""),
    ),
  ];
}
