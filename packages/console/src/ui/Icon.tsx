/**
 * Draws an icon of lucide from its nodes: an importer names the icon, so that only used ones are in the bundle. It is
 * hidden from screen readers; the button or sign around it says what it means.
 */
import type { IconNode } from "lucide";
import { createElement, type ReactElement } from "react";

export interface IconProps {
  readonly icon: IconNode;
  readonly size?: 12 | 14 | 16 | 20;
  /** Of the line, in the 24 units of an icon. */
  readonly weight?: 1.7 | 3;
  readonly className?: string | undefined;
}

export function Icon({ icon, size = 16, weight = 1.7, className }: IconProps): ReactElement {
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
      {icon.map(([tag, attributes], at) => createElement(tag, { key: at, ...attributes }))}
    </svg>
  );
}
