/** Says which files are being uploaded, asks about those that are already there, and why others were not taken. */
import type { ReactElement } from "react";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import form from "../../ui/Form.module.css";
import shapes from "../../ui/Shapes.module.css";
import styles from "./FilesTab.module.css";
import type { Uploads } from "./use-uploads.ts";

export function UploadState({
  uploads: { sending, conflicts, problems, settle, forgetProblems },
}: {
  readonly uploads: Uploads;
}): ReactElement {
  const [conflict] = conflicts;
  return (
    <>
      {sending.length > 0 && (
        <p className={`${shapes.meta} ${styles.note}`} role="status">
          Uploading {sending.length === 1 ? sending[0] : countOf(sending.length, "file")}…
        </p>
      )}
      {conflict && (
        <div className={styles.conflict} role="alert">
          <p>{conflict.path} is already there. An upload replaces it, and that can't be undone.</p>
          <div className={shapes.wrap}>
            <Button isSmall onClick={() => settle(false)}>
              Keep it
            </Button>
            <Button isSmall look="danger" onClick={() => settle(true)}>
              Replace
            </Button>
          </div>
        </div>
      )}
      {problems.length > 0 && (
        <div className={styles.conflict}>
          {problems.map((problem) => (
            <p key={problem} className={form.problem} role="alert">
              {problem}
            </p>
          ))}
          <Button isSmall onClick={forgetProblems}>
            Dismiss
          </Button>
        </div>
      )}
    </>
  );
}
