/** A link to a place, where it stands among buttons and looks like one. */
import type { ComponentProps, ReactElement } from "react";
import styles from "./Button.module.css";
import { joinClasses } from "./join-classes.ts";
import { Link } from "./router.tsx";

export function ButtonLink({ className, ...rest }: ComponentProps<typeof Link>): ReactElement {
  return <Link {...rest} className={joinClasses(styles.button, className)} />;
}
