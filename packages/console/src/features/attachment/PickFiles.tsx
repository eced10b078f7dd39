/** Draws the button that opens the browser's file picker. */
import { Paperclip } from "lucide";
import { type ReactElement, useRef } from "react";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";

export function PickFiles({ onPick }: { readonly onPick: (files: Iterable<File>) => void }): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        look="quiet"
        isSquare
        aria-label="Attach files"
        title="Attach files"
        onClick={() => input.current?.click()}
      >
        <Icon icon={Paperclip} />
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onPick([...(currentTarget.files ?? [])]);
          // Cleared, so that the same file can be picked again.
          currentTarget.value = "";
        }}
      />
    </>
  );
}
