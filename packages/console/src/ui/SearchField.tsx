/** Narrows a list by words. It has no visible label: its placeholder says what it finds. */
import { Search } from "lucide";
import type { ComponentProps, ReactElement } from "react";
import { Icon } from "./Icon.tsx";
import { joinClasses } from "./join-classes.ts";
import shapes from "./Shapes.module.css";

export interface SearchFieldProps extends Pick<ComponentProps<"input">, "className" | "placeholder" | "onKeyDown"> {
  readonly label: string;
  readonly value: string;
  /** The key that leads here. */
  readonly hint?: string;
  readonly onSeek: (words: string) => void;
}

export function SearchField({
  label,
  className,
  hint,
  onSeek,
  placeholder = label,
  ...rest
}: SearchFieldProps): ReactElement {
  return (
    <label className={joinClasses(shapes.search, className)} data-search>
      <Icon icon={Search} size={14} />
      <input
        {...rest}
        dir="auto"
        type="search"
        placeholder={placeholder}
        aria-label={label}
        onChange={(event) => onSeek(event.target.value)}
      />
      {hint && rest.value === "" && <kbd>{hint}</kbd>}
    </label>
  );
}
