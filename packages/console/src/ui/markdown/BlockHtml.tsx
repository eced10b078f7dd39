/** Puts HTML on the page, the only file to do so, and sanitises it first (SE4). */
import type { ReactElement } from "react";
import styles from "./Markdown.module.css";
import { sanitise } from "./sanitise.ts";

export function BlockHtml({ html }: { readonly html: string }): ReactElement {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: rendered without trust, and sanitised right here
  return <div className={styles.block} dangerouslySetInnerHTML={{ __html: sanitise(html) }} />;
}
