/** Draws a file without a picture: a sheet with the file's extension. */
import type { ReactElement } from "react";
import styles from "./FileSign.module.css";
import { fileExtension } from "./file-words.ts";

export function FileSign({ name }: { readonly name: string }): ReactElement {
  return (
    <span className={styles.sign} aria-hidden="true">
      {fileExtension(name) || (
        <svg
          viewBox="0 0 16 16"
          width="16"
          height="16"
          aria-hidden="true"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.3"
        >
          <path d="M4 1.75h5l3.25 3.25v9.25H4zM9 1.75V5h3.25" />
        </svg>
      )}
    </span>
  );
}
