/** Draws the mark of Reef: a branch of coral. */
import type { ReactElement } from "react";

export function Logo({ className }: { readonly className?: string | undefined }): ReactElement {
  return (
    <svg className={className} viewBox="0 0 32 32" width="28" height="28" fill="none" aria-hidden="true">
      <path
        d="M16 26V14m0 6c-4 0-7-2.500-7-7m7 3c4 0 7-2.500 7-7M16 14c0-3-1.500-5-1.500-8"
        stroke="currentColor"
        strokeWidth="2.200"
        strokeLinecap="round"
      />
    </svg>
  );
}
