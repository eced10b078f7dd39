/** Lists a folder of a workspace; a folder in it is read when it is unfolded. */
import type { BotId } from "@reef/protocol/ids";
import type { WorkspaceEntry } from "@reef/protocol/workspace";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight, CornerUpRight, File, FileQuestionMark } from "lucide";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Bones } from "../../ui/Bones.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime } from "../../ui/time.ts";
import { sizeLabel } from "../attachment/file-words.ts";
import styles from "./FilesTab.module.css";
import { nameOf } from "./paths.ts";
import { folderQuery } from "./workspace-queries.ts";

export function Folder({ botId, path }: { readonly botId: BotId; readonly path: string }): ReactElement {
  const { data: folder, error, refetch } = useQuery(folderQuery(useReef().reads, botId, path));
  if (error && !folder) return <LoadFailure what="the folder" error={error} onAgain={refetch} />;
  if (!folder) return path === "" ? <Bones look="row" /> : <p className={styles.note}>…</p>;
  if (folder.entries.length === 0) {
    return (
      <p className={`${shapes.meta} ${styles.note}`}>
        {path === "" ? "The workspace is empty. Drop files here, or let the bot create some." : "Empty"}
      </p>
    );
  }
  return (
    <ul className={`${shapes.bare} ${path === "" ? styles.tree : styles.inner}`} aria-label={path || "Workspace"}>
      {folder.entries.map((entry) => (
        <li key={entry.path}>
          {entry.kind === "folder" ? <FolderRow botId={botId} entry={entry} /> : <FileRow entry={entry} />}
        </li>
      ))}
      {folder.isCut && <li className={`${shapes.meta} ${styles.note}`}>There is more than is shown.</li>}
    </ul>
  );
}

function FolderRow({
  botId,
  entry: { path },
}: {
  readonly botId: BotId;
  readonly entry: WorkspaceEntry;
}): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={styles.row} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon icon={ChevronRight} size={14} className={styles.chevron} />
        <span className={`${shapes.cut} ${shapes.grow}`} dir="auto" title={path}>
          {nameOf(path)}
        </span>
      </button>
      {isOpen && <Folder botId={botId} path={path} />}
    </>
  );
}

const iconByKind = { file: File, link: CornerUpRight, other: FileQuestionMark, folder: File } as const;

function FileRow({ entry: { path, kind, sizeBytes, changedAt } }: { readonly entry: WorkspaceEntry }): ReactElement {
  const { rightPanel } = useReef();
  const title = changedAt === null ? path : `${path}, changed ${absoluteTime(changedAt)}`;
  return (
    <button
      type="button"
      className={styles.row}
      title={title}
      disabled={kind !== "file"}
      onClick={() => rightPanel.file.set(path)}
    >
      <Icon icon={iconByKind[kind]} size={14} />
      <span className={`${shapes.cut} ${shapes.grow}`} dir="auto">
        {nameOf(path)}
      </span>
      <span className={styles.size}>{kind === "link" ? "link" : sizeBytes === null ? "" : sizeLabel(sizeBytes)}</span>
    </button>
  );
}
