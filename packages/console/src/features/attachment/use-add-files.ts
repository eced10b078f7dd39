/** Adds files that were pasted, dropped or picked to a session's draft. */
import type { SessionId } from "@reef/protocol/ids";
import { type RefObject, useCallback } from "react";
import { useReef } from "../../data/reef.ts";

export function useAddFiles({
  sessionId,
  field,
  onChange,
}: {
  readonly sessionId: SessionId;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onChange: (text: string, caret: number) => void;
}): (files: Iterable<File>) => Promise<void> {
  const { attachments, toasts } = useReef();
  return useCallback(
    async (files) => {
      // Copied, because the browser clears the list when its event is over.
      const given = [...files];
      const [{ takeFiles }, { insertBlock }] = await Promise.all([
        import("./take-files.ts"),
        import("../composer/file-text.ts"),
      ]);
      const { block, refused } = await takeFiles(attachments, sessionId, given);
      for (const text of refused) toasts.show({ tone: "failed", text });
      const element = field.current;
      if (block === "" || !element) return;
      // Read from the field itself: more may have been typed while the files were read.
      const next = insertBlock(element.value, { at: element.selectionStart, block });
      onChange(next.text, next.caret);
    },
    [attachments, sessionId, field, onChange, toasts],
  );
}
