/** Asks for the client that a service gave its person for Reef, where no program can register itself. Most services need none. */
import type { ReactElement } from "react";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { Select } from "../../ui/Select.tsx";
import type { ServerDraft } from "./server-draft.ts";
import { RowValue } from "./ValueRows.tsx";

export function OwnClient({
  draft,
  secrets,
  onChange,
}: {
  readonly draft: ServerDraft;
  /** Names of those that are stored. */
  readonly secrets: readonly string[];
  readonly onChange: (fields: Partial<ServerDraft>) => void;
}): ReactElement {
  const { clientId, clientSecret, scope } = draft;
  const change = (fields: Partial<typeof clientSecret>): void =>
    onChange({ clientSecret: { ...clientSecret, ...fields } });
  return (
    <>
      <Field
        label="Client ID for signing in"
        hint={`Only for a service where Reef can't register itself. Give it the redirect address ${location.origin}/oauth/callback.`}
      >
        <input
          maxLength={1_000}
          autoComplete="off"
          spellCheck={false}
          placeholder="None"
          value={clientId}
          onChange={({ target }) => onChange({ clientId: target.value })}
        />
      </Field>
      {clientId.trim() !== "" && (
        <>
          <fieldset className={form.plain}>
            <legend className={form.label}>Client secret</legend>
            <div className={form.row}>
              <Select
                aria-label="Kind of client secret"
                options={[
                  ["text", "None"],
                  ["new", "A new secret"],
                  ...(secrets.length > 0 || clientSecret.kind === "secret"
                    ? ([["secret", "The secret"]] as const)
                    : []),
                ]}
                value={clientSecret.kind}
                onChoose={(kind) =>
                  change({ kind, secret: kind === "secret" ? clientSecret.secret || (secrets[0] ?? "") : "" })
                }
              />
              {clientSecret.kind !== "text" && (
                <RowValue
                  row={clientSecret}
                  label="Client secret"
                  secrets={secrets}
                  onChange={(_, fields) => change(fields)}
                />
              )}
            </div>
          </fieldset>
          <Field label="Scope" hint="What Reef asks for, separated by spaces. If empty, what the service names.">
            <input
              maxLength={2_000}
              autoComplete="off"
              spellCheck={false}
              value={scope}
              onChange={({ target }) => onChange({ scope: target.value })}
            />
          </Field>
        </>
      )}
    </>
  );
}
