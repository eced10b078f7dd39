/** Shows one file of a workspace, with what can be done with it. It may be gone, too large, or no text: each is said. */
import { AppError } from "@reef/protocol/error";
import type { BotId } from "@reef/protocol/ids";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronLeft, Download, FileX, Pencil, Trash2 } from "lucide";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { Bones } from "../../ui/Bones.tsx";
import { Button } from "../../ui/Button.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Time } from "../../ui/Time.tsx";
import { sizeLabel } from "../attachment/file-words.ts";
import { EditFile } from "./EditFile.tsx";
import { FileContentView } from "./FileContentView.tsx";
import styles from "./FilesTab.module.css";
import { folderOf, nameOf } from "./paths.ts";
import { saveBlob } from "./save-blob.ts";
import { fileQuery, folderQuery, readWorkspaceAgain } from "./workspace-queries.ts";

/** As much as the server sends. */
const mostBytes = 20_000_000;

interface FileProps {
  readonly botId: BotId;
  readonly path: string;
  readonly onClose: () => void;
}

export function FileView({ botId, path, onClose }: FileProps): ReactElement {
  const { reads, client, toasts } = useReef();
  const folder = useQuery(folderQuery(reads, botId, folderOf(path)));
  // Of a very large folder only a part is listed; the file itself says whether it is there.
  const entry =
    folder.data?.entries.find((each) => each.path === path) ?? (folder.data?.isCut ? noEntry(path) : undefined);
  const isShown = entry?.kind === "file" && (entry.sizeBytes ?? 0) <= mostBytes;
  const file = useQuery({ ...fileQuery(reads, botId, entry ?? noEntry(path)), enabled: isShown });
  const [mode, setMode] = useState<"read" | "edit" | "delete">("read");
  const isGone = isNotFound(folder.error) || isNotFound(file.error) || (folder.data !== undefined && !entry);
  const error = isGone ? null : (folder.error ?? file.error);
  const download = async (): Promise<void> => {
    try {
      saveBlob(file.data ?? (await wholeClient(client).readWorkspaceFile(botId, path)), nameOf(path));
    } catch (failure) {
      toasts.show({ tone: "failed", text: `Couldn't download ${nameOf(path)}: ${String(failure)}` });
    }
  };
  return (
    <article className={styles.file} aria-label={path}>
      <header className={styles.fileHead}>
        <Button look="quiet" isSquare isSmall aria-label="Back to the files" onClick={onClose}>
          <Icon icon={ChevronLeft} />
        </Button>
        <h2 className={`${shapes.cut} ${shapes.grow} ${styles.fileName}`} dir="auto" title={path}>
          {path}
        </h2>
        {isShown && !isGone && (
          <>
            <Button look="quiet" isSquare isSmall aria-label="Edit" title="Edit" onClick={() => setMode("edit")}>
              <Icon icon={Pencil} size={14} />
            </Button>
            <Button
              look="quiet"
              isSquare
              isSmall
              aria-label="Download"
              title="Download"
              onClick={() => void download()}
            >
              <Icon icon={Download} size={14} />
            </Button>
          </>
        )}
        {entry && (
          <Button look="quiet" isSquare isSmall aria-label="Delete" title="Delete" onClick={() => setMode("delete")}>
            <Icon icon={Trash2} size={14} />
          </Button>
        )}
      </header>
      {entry && (
        <p className={`${shapes.meta} ${styles.note}`}>
          {entry.sizeBytes !== null && sizeLabel(entry.sizeBytes)}
          {entry.changedAt && (
            <>
              {" "}
              · changed <Time at={entry.changedAt} />
            </>
          )}
        </p>
      )}
      {isGone && (
        <Empty icon={FileX} title="This file is gone" actions={<Button onClick={onClose}>Show the files</Button>}>
          It was deleted or renamed.
        </Empty>
      )}
      {error && (
        <LoadFailure what="the file" error={error} onAgain={() => (folder.error ? folder.refetch() : file.refetch())} />
      )}
      {entry && !isShown && !isGone && (
        <Empty icon={FileX} title={entry.kind === "file" ? "Too large to show" : "Not a file"}>
          {entry.kind === "file"
            ? `Files up to ${sizeLabel(mostBytes)} are shown and can be downloaded. The bot can read a part of it.`
            : "It is a folder, a link or something else that can't be shown."}
        </Empty>
      )}
      {!folder.data && !folder.error && <Bones look="row" />}
      {isShown && !isGone && mode === "edit" && file.data && (
        <EditFile botId={botId} path={path} file={file.data} onClose={() => setMode("read")} />
      )}
      {isShown && !isGone && mode !== "edit" && file.data && <FileContentView file={file.data} name={nameOf(path)} />}
      {mode === "delete" && (
        <DeleteFile botId={botId} path={path} onClose={() => setMode("read")} onDeleted={onClose} />
      )}
    </article>
  );
}

function DeleteFile({ botId, path, onClose, onDeleted }: FileProps & { readonly onDeleted: () => void }): ReactElement {
  const client = wholeClient(useReef().client);
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.deleteWorkspaceFile(botId, path),
    onSuccess: async () => {
      onDeleted();
      await readWorkspaceAgain(queryClient, botId);
    },
  });
  return (
    <ConfirmDialog
      title={`Delete ${nameOf(path)}`}
      undone="Couldn't delete it"
      action="Delete"
      removal={remove}
      onClose={onClose}
    >
      <p>{path} is deleted from the workspace. This can't be undone.</p>
    </ConfirmDialog>
  );
}

function noEntry(path: string) {
  return { path, kind: "file", sizeBytes: null, changedAt: null } as const;
}

function isNotFound(error: unknown): boolean {
  return error instanceof AppError && error.code === "not_found";
}
