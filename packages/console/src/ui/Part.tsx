/** A part of the page that comes late and can fail alone: what is shown until it is here, and what is said when it can't be. */
import { type ReactElement, type ReactNode, Suspense } from "react";
import { Boundary, type BoundaryProps } from "./Boundary.tsx";

export interface PartProps extends BoundaryProps {
  /** Nothing, when it is left out. */
  readonly fallback?: ReactNode;
}

export function Part({ fallback = null, children, ...boundary }: PartProps): ReactElement {
  return (
    <Boundary {...boundary}>
      <Suspense fallback={fallback}>{children}</Suspense>
    </Boundary>
  );
}
