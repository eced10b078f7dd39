/** Links to a place, among buttons and with their look. */
import type { ComponentProps, ReactElement } from "react";
import styles from "./Button.module.css";
import { joinClasses } from "./join-classes.ts";
import { Link } from "./router.tsx";

export interface ButtonLinkProps extends ComponentProps<typeof Link> {
  readonly isSmall?: boolean;
}

export function ButtonLink({ className, isSmall = false, ...rest }: ButtonLinkProps): ReactElement {
  return <Link {...rest} data-size={isSmall ? "small" : undefined} className={joinClasses(styles.button, className)} />;
}
