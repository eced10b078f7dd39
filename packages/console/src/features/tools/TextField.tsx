/** Takes a line that is typed exactly: a name, an address, an id. Nothing corrects or completes it. */
import type { ComponentProps, ReactElement } from "react";
import { Field, type FieldProps } from "../../ui/Field.tsx";

export interface TextFieldProps extends Omit<ComponentProps<"input">, "onChange" | "value"> {
  readonly label: string;
  readonly hint?: FieldProps["hint"];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function TextField({ label, hint, onChange, ...input }: TextFieldProps): ReactElement {
  return (
    <Field label={label} hint={hint}>
      <input {...input} autoComplete="off" spellCheck={false} onChange={({ target }) => onChange(target.value)} />
    </Field>
  );
}
