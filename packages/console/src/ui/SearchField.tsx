/** Narrows a list by words. It has no visible label: its placeholder says what it finds. */
import type { ComponentProps, ReactElement } from "react";
import { joinClasses } from "./join-classes.ts";
import shapes from "./Shapes.module.css";

export interface SearchFieldProps extends Pick<ComponentProps<"input">, "className" | "placeholder" | "onKeyDown"> {
  readonly label: string;
  readonly value: string;
  readonly onSeek: (words: string) => void;
}

export function SearchField({
  label,
  className,
  onSeek,
  placeholder = label,
  ...rest
}: SearchFieldProps): ReactElement {
  return (
    <input
      {...rest}
      dir="auto"
      type="search"
      className={joinClasses(shapes.search, className)}
      placeholder={placeholder}
      aria-label={label}
      onChange={(event) => onSeek(event.target.value)}
    />
  );
}
