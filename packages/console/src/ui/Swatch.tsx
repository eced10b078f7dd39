/** Shows a topic's color beside its name. It is an SVG, because the color is a value and not a class. */
import type { ReactElement } from "react";

export function Swatch({ color }: { readonly color: string }): ReactElement {
  return (
    <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true">
      <rect width="8" height="8" rx="2" fill={color} />
    </svg>
  );
}
