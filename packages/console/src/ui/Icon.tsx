/**
 * An icon of lucide, drawn from its nodes: an importer names the icon, so that only what is used is built in. It says nothing by
 * itself; what it stands for is said by the button or sign around it.
 */
import type { IconNode } from "lucide";
import { createElement, type ReactElement } from "react";

export interface IconProps {
  readonly of: IconNode;
  readonly size?: 12 | 14 | 16;
  /** Of the line, in the 24 units of an icon. */
  readonly weight?: 2 | 3;
  readonly className?: string | undefined;
}

export function Icon({ of, size = 16, weight = 2, className }: IconProps): ReactElement {
  return (
    <svg
      className={className}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={weight}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {of.map(([tag, attributes], at) => createElement(tag, { key: at, ...attributes }))}
    </svg>
  );
}
