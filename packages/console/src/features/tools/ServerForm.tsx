/** Adds or edits an MCP server: a program that Reef starts, or a service elsewhere. Saving it is followed by a check. */
import type { McpServer } from "@reef/protocol/mcp";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Check } from "../../ui/Check.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import { secretsQuery } from "../providers/provider-queries.ts";
import { OwnClient } from "./OwnClient.tsx";
import { ProgramBox } from "./ProgramBox.tsx";
import { saveServer } from "./save-server.ts";
import { draftOf, isOtherServer, problemsOf, type ServerDraft } from "./server-draft.ts";
import { TextField } from "./TextField.tsx";
import { takeServer } from "./tool-queries.ts";
import { ValueRows } from "./ValueRows.tsx";

export function ServerForm({
  server,
  onSaved,
  onClose,
}: {
  /** Null adds a new one. */
  readonly server: McpServer | null;
  readonly onSaved: (server: McpServer, isOther: boolean) => void;
  readonly onClose: () => void;
}): ReactElement {
  const { client, reads } = useReef();
  const queryClient = useQueryClient();
  const element = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => draftOf(server));
  const [problem, setProblem] = useState<string | null>(null);
  const { data: secrets = [] } = useQuery(secretsQuery(reads));
  const names = secrets.map(({ name }) => name);
  const change = (fields: Partial<ServerDraft>): void => setDraft((before) => ({ ...before, ...fields }));
  const save = useMutation({
    mutationFn: () => saveServer(wholeClient(client), { server, draft, typed: typedIn(element.current) }),
    onSuccess: (saved) => {
      takeServer(queryClient, saved);
      onSaved(saved, isOtherServer(server, saved));
    },
    onError: (error) => setProblem(`Couldn't save it: ${errorText(error)}`),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (save.isPending) return;
    const [first] = problemsOf(draft);
    setProblem(first ?? null);
    if (first === undefined) save.mutate();
  };
  return (
    <Dialog title={server === null ? "Add an MCP server" : `Edit ${server.name}`} width="wide" onClose={onClose}>
      <form ref={element} className={form.form} onSubmit={submit}>
        <TextField
          label="Name"
          hint="Begins the names of its tools, as in github__create_issue."
          data-first
          required
          maxLength={32}
          pattern="[a-z0-9](-?[a-z0-9])*"
          title="Small letters and digits, joined by single dashes"
          value={draft.name}
          onChange={(name) => change({ name })}
        />
        <fieldset className={form.plain}>
          <legend className={form.label}>It is</legend>
          <div className={form.row}>
            <Check
              isRadio
              look="option"
              name="kind"
              label="A service"
              hint="Reached over HTTP"
              checked={draft.kind === "http"}
              onChange={() => change({ kind: "http" })}
            />
            <Check
              isRadio
              look="option"
              name="kind"
              label="A program"
              hint="Started on Reef's machine"
              checked={draft.kind === "stdio"}
              onChange={() => change({ kind: "stdio" })}
            />
          </div>
        </fieldset>
        {draft.kind === "http" ? (
          <ServiceFields draft={draft} secrets={names} onChange={change} />
        ) : (
          <ProgramFields draft={draft} secrets={names} onChange={change} />
        )}
        <div className={form.row}>
          <Seconds
            label="Longest call (s)"
            value={draft.timeoutSeconds}
            max={3_600}
            onChange={(timeoutSeconds) => change({ timeoutSeconds })}
          />
          <Seconds
            label="Stop it when unused for (s)"
            value={draft.idleSeconds}
            max={86_400}
            onChange={(idleSeconds) => change({ idleSeconds })}
          />
        </div>
        <Check
          label="May ask the bot's model for text"
          hint="which the bot pays for"
          checked={draft.sampling}
          onChange={({ target }) => change({ sampling: target.checked })}
        />
        {server !== null && server.tools.length > 0 && (
          <p className={form.hint}>
            With another name, program, address or value it counts as another server: you approve its tools again.
          </p>
        )}
        <FormEnd
          problem={problem}
          action={save.isPending ? "Saving…" : server === null ? "Add and check" : "Save"}
          isDisabled={save.isPending}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  readonly draft: ServerDraft;
  readonly secrets: readonly string[];
  readonly onChange: (fields: Partial<ServerDraft>) => void;
}

function ServiceFields({ draft, secrets, onChange }: FieldsProps): ReactElement {
  return (
    <>
      <TextField
        label="Address"
        hint="As the Reef server reaches it. Often ends in /mcp."
        type="url"
        required
        maxLength={2_000}
        pattern="https?://.+"
        title="An address that begins with http:// or https://"
        placeholder="https://mcp.example.org/mcp"
        value={draft.url}
        onChange={(url) => onChange({ url })}
      />
      <ValueRows
        noun="header"
        title="Headers"
        rows={draft.headers}
        secrets={secrets}
        onChange={(headers) => onChange({ headers })}
      />
      <OwnClient draft={draft} secrets={secrets} onChange={onChange} />
    </>
  );
}

function ProgramFields({ draft, secrets, onChange }: FieldsProps): ReactElement {
  return (
    <>
      <TextField
        label="Command"
        hint="Runs in a box: it sees the system read-only, and what you list below."
        required
        maxLength={1_000}
        placeholder="npx"
        value={draft.command}
        onChange={(command) => onChange({ command })}
      />
      <Field label="Arguments" hint="One a line.">
        <textarea
          rows={4}
          spellCheck={false}
          placeholder={"-y\n@modelcontextprotocol/server-memory"}
          value={draft.args}
          onChange={({ target }) => onChange({ args: target.value })}
        />
      </Field>
      <ValueRows
        noun="variable"
        title="Environment"
        rows={draft.env}
        secrets={secrets}
        onChange={(env) => onChange({ env })}
      />
      <ProgramBox draft={draft} onChange={onChange} />
    </>
  );
}

function Seconds({
  label,
  value,
  max,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly max: number;
  readonly onChange: (value: string) => void;
}): ReactElement {
  return (
    <Field label={label}>
      <input
        type="number"
        inputMode="numeric"
        required
        min={1}
        max={max}
        step="any"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </Field>
  );
}

function typedIn(element: HTMLFormElement | null): ReadonlyMap<string, string> {
  const fields = element?.querySelectorAll<HTMLInputElement>("input[data-typed]") ?? [];
  return new Map([...fields].map((field) => [field.dataset.typed ?? "", field.value]));
}
