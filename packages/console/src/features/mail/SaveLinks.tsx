/** Saves or discards edited links. */
import type { ReactElement } from "react";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import form from "../../ui/Form.module.css";
import type { LinkDraft } from "./use-link-draft.ts";

export function SaveLinks({ draft }: { readonly draft: LinkDraft }): ReactElement | null {
  if (!draft.isEdited) return null;
  return (
    <>
      <Button look="primary" disabled={draft.isSaving} onClick={draft.save}>
        {draft.isSaving ? "Saving…" : "Save the rules"}
      </Button>
      <Button look="quiet" onClick={draft.discard}>
        Discard
      </Button>
      {draft.error && (
        <span className={form.error} role="alert">
          Not saved: {errorText(draft.error)}
        </span>
      )}
    </>
  );
}
