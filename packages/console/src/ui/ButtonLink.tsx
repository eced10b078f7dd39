/** Links to a place, among buttons and with their look. */
import type { ComponentProps, ReactElement } from "react";
import styles from "./Button.module.css";
import { joinClasses } from "./join-classes.ts";
import { Link } from "./router.tsx";

export function ButtonLink({ className, ...rest }: ComponentProps<typeof Link>): ReactElement {
  return <Link {...rest} className={joinClasses(styles.button, className)} />;
}
