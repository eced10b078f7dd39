/** Shows the tree of a workspace, and takes files that are picked or dropped on it. */
import type { BotId } from "@reef/protocol/ids";
import { FilePlus, Upload } from "lucide";
import { type ReactElement, useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useFileDrop } from "../attachment/use-file-drop.ts";
import styles from "./FilesTab.module.css";
import { Folder } from "./Folder.tsx";
import { NewFile } from "./NewFile.tsx";
import { UploadState } from "./UploadState.tsx";
import { useUploads } from "./use-uploads.ts";

export function FilesView({ botId }: { readonly botId: BotId }): ReactElement {
  const { rightPanel } = useReef();
  const input = useRef<HTMLInputElement>(null);
  const [isNaming, setNaming] = useState(false);
  const uploads = useUploads(botId);
  const drop = useFileDrop((files) => uploads.add("", files));
  return (
    <section className={styles.files} aria-label="Files" data-over={drop.isOver || undefined} {...drop.on}>
      <div className={styles.tools}>
        <Button isSmall onClick={() => input.current?.click()}>
          <Icon icon={Upload} size={14} /> Upload
        </Button>
        <Button isSmall onClick={() => setNaming(true)}>
          <Icon icon={FilePlus} size={14} /> New file
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Files to upload"
          onChange={({ currentTarget }) => {
            uploads.add("", [...(currentTarget.files ?? [])]);
            // Cleared, so that the same file can be picked again.
            currentTarget.value = "";
          }}
        />
      </div>
      {isNaming && (
        <NewFile
          botId={botId}
          onDone={(path) => {
            setNaming(false);
            if (path !== null) rightPanel.file.set(path);
          }}
        />
      )}
      <UploadState uploads={uploads} />
      <Folder botId={botId} path="" />
      {drop.isOver && <p className={styles.drop}>Drop to upload</p>}
    </section>
  );
}
