/** Edits what the program of an MCP server may see and use in its box: hosts, and folders of the machine. */
import type { ReactElement } from "react";
import { Check } from "../../ui/Check.tsx";
import { Field } from "../../ui/Field.tsx";
import type { ServerDraft } from "./server-draft.ts";

export function ProgramBox({
  draft: { isPublic, network, readFolders, writeFolders },
  onChange,
}: {
  readonly draft: ServerDraft;
  readonly onChange: (fields: Partial<ServerDraft>) => void;
}): ReactElement {
  return (
    <>
      <Check
        label="May reach every public address"
        checked={isPublic}
        onChange={({ target }) => onChange({ isPublic: target.checked })}
      />
      {!isPublic && (
        <Lines
          label="Hosts that it may reach"
          hint="One a line. npx needs registry.npmjs.org; uvx needs pypi.org and files.pythonhosted.org."
          value={network}
          onChange={(text) => onChange({ network: text })}
        />
      )}
      <Lines
        label="Folders that it may read"
        hint="Of Reef's machine, one a line. It has a folder of its own in any case."
        value={readFolders}
        onChange={(text) => onChange({ readFolders: text })}
      />
      <Lines
        label="Folders that it may change"
        hint="One a line, such as /home/me/notes."
        value={writeFolders}
        onChange={(text) => onChange({ writeFolders: text })}
      />
    </>
  );
}

function Lines({
  label,
  hint,
  value,
  onChange,
}: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}): ReactElement {
  return (
    <Field label={label} hint={hint}>
      <textarea
        rows={2}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </Field>
  );
}
