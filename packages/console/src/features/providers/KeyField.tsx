/**
 * Takes a pasted key. It is in the field alone: never in the page's state, its storage or its caches, and it leaves the
 * field as soon as it is saved (SE8).
 */
import type { ReactElement, RefObject } from "react";
import { Field } from "../../ui/Field.tsx";
import { linkLabel } from "./provider-words.ts";

export function KeyField({
  field,
  label = "API key",
  isRequired,
  placeholder,
  hint,
  keyUrl,
  isFirst = false,
}: {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly label?: string;
  readonly isRequired: boolean;
  readonly placeholder: string;
  readonly hint: string;
  readonly keyUrl: string | null;
  readonly isFirst?: boolean;
}): ReactElement {
  return (
    <Field
      label={label}
      hint={
        <>
          {hint}{" "}
          {keyUrl && (
            <a href={keyUrl} target="_blank" rel="noopener noreferrer">
              Get a key at {linkLabel(keyUrl)} <span aria-hidden="true">↗</span>
            </a>
          )}
        </>
      }
    >
      {/* Without a name, so that reading the form never reads it. */}
      <input
        ref={field}
        type="password"
        required={isRequired}
        maxLength={10_000}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        data-first={isFirst || undefined}
        placeholder={placeholder}
      />
    </Field>
  );
}
