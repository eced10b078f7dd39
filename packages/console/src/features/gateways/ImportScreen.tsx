/**
 * Imports what an OpenClaw has. A preview first says what would be created and what cannot be read, and why; the run then
 * shows its progress. Run again, it adds only what is new.
 */
import type { GatewayId } from "@reef/protocol/ids";
import type { ImportSource } from "@reef/protocol/import";
import type { Progress } from "@reef/protocol/progress";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt, errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { useLocation } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import { gatewaysQuery } from "./gateway-queries.ts";
import { ImportReportView } from "./ImportReportView.tsx";
import styles from "./ImportScreen.module.css";
import { takeProgress, useProgressList } from "./use-progress.ts";

export function ImportScreen(): ReactElement {
  const { client } = useReef();
  const queryClient = useQueryClient();
  const [source, setSource] = useState<ImportSource | null>(null);
  const [shownId, setShownId] = useState<string | null>(null);
  const shown = useProgressList().find(({ id }) => id === shownId) ?? null;
  const start = useMutation({
    mutationFn: (request: { readonly source: ImportSource; readonly dryRun: boolean }) =>
      wholeClient(client).importOpenClaw(request),
    onSuccess: (progress) => {
      takeProgress(queryClient, progress);
      setShownId(progress.id);
    },
  });
  const preview = (from: ImportSource): void => {
    setSource(from);
    start.mutate({ source: from, dryRun: true });
  };
  const report = shown?.report ?? null;
  const isRunning = start.isPending || shown?.state === "running";
  return (
    <Screen title="Import from OpenClaw" back={{ to: "/gateways", label: "All gateways" }}>
      <div className={styles.column}>
        <p className={shapes.soft}>
          Agents become bots, sessions keep their transcripts, and MEMORY.md becomes memories. Nothing in OpenClaw is
          changed, and secrets in texts are redacted on import.
        </p>
        <SourceForm isBusy={isRunning} onPreview={preview} />
        {start.error && (
          <p className={form.error} role="alert">
            Couldn't load it: {errorText(start.error)}
          </p>
        )}
        {shown && shown.state === "running" && <Running progress={shown} />}
        {shown && (shown.state === "failed" || shown.state === "cancelled") && (
          <p className={form.error} role="alert">
            {shown.state === "cancelled" ? "Stopped" : "It failed"}
            {shown.error && `: ${shown.error}`}. What was imported so far stays. Run it again to continue.
          </p>
        )}
        {shown?.state === "done" && report && (
          <ImportReportView
            report={report}
            problems={shown.problems}
            onRun={source && report.dryRun ? () => start.mutate({ source, dryRun: false }) : null}
          />
        )}
      </div>
    </Screen>
  );
}

function SourceForm({
  isBusy,
  onPreview,
}: {
  readonly isBusy: boolean;
  readonly onPreview: (source: ImportSource) => void;
}): ReactElement {
  const { reads } = useReef();
  const wanted = new URLSearchParams(useLocation().search).get("gateway");
  const { data: gateways } = useQuery(gatewaysQuery(reads));
  const [choice, setChoice] = useState<"gateway" | "folder" | null>(null);
  if (!gateways) return <div aria-busy="true" />;
  const from = choice ?? (gateways.length > 0 ? "gateway" : "folder");
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const value = String(fields.get(from) ?? "").trim();
    onPreview(from === "gateway" ? { from, gatewayId: value as GatewayId } : { from, path: value });
  };
  return (
    <form className={`${shapes.card} ${styles.form}`} onSubmit={submit}>
      <fieldset className={form.plain}>
        <legend className={form.label}>From</legend>
        <div className={styles.choices}>
          {(["gateway", "folder"] as const).map((each) => (
            <Check
              key={each}
              label={<b>{each === "gateway" ? "A connected gateway" : "A folder"}</b>}
              hint={
                each === "gateway"
                  ? gateways.length === 0
                    ? "None is connected yet."
                    : "Reads it through its API."
                  : "The folder of any OpenClaw, old or new, running or not."
              }
              isRadio
              look="option"
              name="from"
              checked={each === from}
              disabled={each === "gateway" && gateways.length === 0}
              onChange={() => setChoice(each)}
            />
          ))}
        </div>
      </fieldset>
      {from === "gateway" ? (
        <Field label="Gateway">
          <Select
            options={gateways.map(({ id, name, url }) => [id, `${name} (${url})`] as const)}
            name="gateway"
            defaultValue={wanted ?? undefined}
          />
        </Field>
      ) : (
        <Field label="Folder" hint="On the Reef server's machine. Nothing outside this folder is read.">
          <input
            name="folder"
            required
            maxLength={4096}
            autoComplete="off"
            spellCheck={false}
            placeholder="/home/me/.openclaw"
          />
        </Field>
      )}
      <div className={form.actions}>
        <Button type="submit" look="primary" disabled={isBusy}>
          {isBusy ? "Reading…" : "Preview"}
        </Button>
      </div>
    </form>
  );
}

function Running({ progress }: { readonly progress: Progress }): ReactElement {
  const reef = useReef();
  const queryClient = useQueryClient();
  const stop = (): void =>
    void attempt(reef, "Couldn't stop it", async () =>
      takeProgress(queryClient, await wholeClient(reef.client).cancelProgress(progress.id)),
    );
  return (
    <div className={`${shapes.card} ${styles.running}`} role="status">
      <div className={`${shapes.cut} ${styles.runningWords}`}>
        <b>
          {progress.done}
          {progress.total !== null && ` of ${progress.total}`}
        </b>{" "}
        <span className={styles.current}>{progress.current ?? "Reading"}</span>
      </div>
      {progress.total === null ? (
        <progress className={styles.bar} aria-label="Progress" />
      ) : (
        <progress className={styles.bar} aria-label="Progress" value={progress.done} max={progress.total} />
      )}
      <Button look="quiet" onClick={stop}>
        Stop
      </Button>
    </div>
  );
}
