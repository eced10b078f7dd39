/**
 * Draws a part of the page that loads late and can fail alone: with what is shown until then, and the message when it can't be
 * loaded.
 */
import { type ReactElement, type ReactNode, Suspense } from "react";
import { Boundary, type BoundaryProps } from "./Boundary.tsx";

export interface PartProps extends BoundaryProps {
  /** Shows nothing by default. */
  readonly fallback?: ReactNode;
}

export function Part({ fallback = null, children, ...boundary }: PartProps): ReactElement {
  return (
    <Boundary {...boundary}>
      <Suspense fallback={fallback}>{children}</Suspense>
    </Boundary>
  );
}
