/** Draws the button that opens the browser's file picker. */
import { type ReactElement, useRef } from "react";
import { Button } from "../../ui/Button.tsx";

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
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor">
          <path
            d="m13.25 7.5-5.3 5.3a3.25 3.25 0 0 1-4.6-4.6l5.5-5.5a2.15 2.15 0 0 1 3.05 3.05l-5.4 5.4a1.05 1.05 0 0 1-1.5-1.5l4.9-4.9"
            strokeWidth="1.3"
            strokeLinecap="round"
          />
        </svg>
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
