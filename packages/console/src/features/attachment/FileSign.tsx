/** Draws a file without a picture: a sheet with the file's extension. */
import { File } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import styles from "./FileSign.module.css";
import { fileExtension } from "./file-words.ts";

export function FileSign({ name }: { readonly name: string }): ReactElement {
  return (
    <span className={styles.sign} aria-hidden="true">
      {fileExtension(name) || <Icon icon={File} />}
    </span>
  );
}
