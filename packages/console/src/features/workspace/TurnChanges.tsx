/** Shows the files that a turn changed, each with its diff; a name opens the file as it is now. */
import type { BotId } from "@reef/protocol/ids";
import type { WorkspaceChanges } from "@reef/protocol/workspace";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import shapes from "../../ui/Shapes.module.css";
import { sizeLabel } from "../attachment/file-words.ts";
import { DiffView } from "../call/DiffView.tsx";
import { diffCounts, readPatch } from "../call/diff-lines.ts";
import styles from "./FilesTab.module.css";
import { changesQuery } from "./workspace-queries.ts";

type FileChange = WorkspaceChanges["files"][number];

export function TurnChanges({ botId, turnId }: { readonly botId: BotId; readonly turnId: string }): ReactElement {
  const { data: changes, error, refetch } = useQuery(changesQuery(useReef().reads, botId, turnId));
  if (error && !changes) return <LoadFailure what="the changes" error={error} onAgain={refetch} />;
  if (!changes) return <p className={styles.note}>…</p>;
  return (
    <>
      <ul className={`${shapes.bare} ${styles.changes}`} aria-label="Changed files">
        {changes.files.map((file) => (
          <li key={file.path}>
            <ChangedFile file={file} />
          </li>
        ))}
      </ul>
      {changes.isCut && <p className={shapes.meta}>More files changed than are listed.</p>}
      {changes.isPartial && (
        <p className={shapes.meta}>The workspace holds more than is kept: other changes may be missing here.</p>
      )}
    </>
  );
}

const wordByChange = { created: "created", deleted: "deleted", changed: "changed" } as const;

function ChangedFile({ file }: { readonly file: FileChange }): ReactElement {
  const { rightPanel } = useReef();
  const { path, change, patch, kind } = file;
  const lines = patch === null ? [] : readPatch(patch);
  return (
    <details className={styles.change} open={lines.length > 0 && lines.length <= 40}>
      <summary>
        <span className={styles.changedPath}>{path}</span>{" "}
        <span className={shapes.meta}>
          {wordByChange[change]} {patch === null ? sizes(file) : diffCounts(lines)}
        </span>
      </summary>
      {change !== "deleted" && kind === "file" && (
        <button type="button" className={`${shapes.wordLink} ${shapes.meta}`} onClick={() => rightPanel.file.set(path)}>
          Open the file
        </button>
      )}
      {patch !== null ? (
        <DiffView lines={lines} label={`Changes of ${path}`} />
      ) : (
        <p className={shapes.meta}>
          {kind === "left out" ? "Its content isn't kept." : "It is not text, or too long to compare."}
        </p>
      )}
    </details>
  );
}

function sizes({ sizeBefore, sizeAfter }: FileChange): string {
  return [sizeBefore, sizeAfter].flatMap((size) => (size === null ? [] : [sizeLabel(size)])).join(" → ");
}
