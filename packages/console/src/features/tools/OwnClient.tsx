/** Asks for the client that a service gave its person for Reef, where no program can register itself. Most services need none. */
import type { ReactElement } from "react";
import form from "../../ui/Form.module.css";
import { Select } from "../../ui/Select.tsx";
import type { ServerDraft } from "./server-draft.ts";
import { TextField } from "./TextField.tsx";
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
      <TextField
        label="Client ID for signing in"
        hint={`Only for a service where Reef can't register itself. Give it the redirect address ${location.origin}/oauth/callback.`}
        maxLength={1_000}
        placeholder="None"
        value={clientId}
        onChange={(clientId) => onChange({ clientId })}
      />
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
          <TextField
            label="Scope"
            hint="What Reef asks for, separated by spaces. If empty, what the service names."
            maxLength={2_000}
            value={scope}
            onChange={(scope) => onChange({ scope })}
          />
        </>
      )}
    </>
  );
}
