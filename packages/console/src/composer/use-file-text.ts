/** Puts files that were pasted or dropped into the text at the caret. What does not fit is said, and left out whole. */
import { type RefObject, useCallback } from "react";
import { useReef } from "../reef.ts";

export function useFileText({
  field,
  onChange,
}: {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onChange: (text: string, caret: number) => void;
}): (files: Iterable<File>) => Promise<void> {
  const { toasts } = useReef();
  return useCallback(
    async (files) => {
      // The browser takes the list back when its event is over.
      const given = [...files];
      const { insertBlock, readFileText } = await import("./file-text.ts");
      const parts = await Promise.all(given.map((file) => readFileText(file)));
      const block = parts.flatMap((part) => (part.state === "text" ? [part.text] : [])).join("\n");
      for (const part of parts) if (part.state === "refused") toasts.show({ tone: "failed", text: `${part.reason}.` });
      const element = field.current;
      if (block === "" || !element) return;
      // The field's own text: some may have been typed while the files were read.
      const next = insertBlock(element.value, { at: element.selectionStart, block });
      onChange(next.text, next.caret);
    },
    [field, onChange, toasts],
  );
}
