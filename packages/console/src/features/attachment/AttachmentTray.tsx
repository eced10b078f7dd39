/** Shows the files of a draft, above its text: the progress of each, its kind, and what can be done when it failed. */
import type { SessionId } from "@reef/protocol/ids";
import { X } from "lucide";
import { type ReactElement, useEffect, useState } from "react";
import { type Attachment, useAttachments } from "../../data/attachments.ts";
import { useReef } from "../../data/reef.ts";
import { countOf } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Ring } from "../../ui/Ring.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./AttachmentTray.module.css";
import { FileSign } from "./FileSign.tsx";
import { sizeLabel } from "./file-words.ts";
import { isGone } from "./is-gone.ts";
import { isPicture } from "./is-picture.ts";
import { UnseenPictures } from "./UnseenPictures.tsx";
import { removeFile, retryFile } from "./upload-all.ts";
import { useFileUrl } from "./use-file-url.ts";

export function AttachmentTray({
  sessionId,
  onRemoved,
}: {
  readonly sessionId: SessionId;
  /** Called when a file was removed, so that the focus can go somewhere. */
  readonly onRemoved: () => void;
}): ReactElement | null {
  const { attachments } = useReef();
  const list = useAttachments(attachments, sessionId);
  useForgetGone(sessionId);
  const uploading = list.filter(({ state }) => state === "uploading").length;
  return (
    <div className={styles.tray}>
      <ul className={styles.list} aria-label="Attached files">
        {list.map((each) => (
          <Chip
            key={each.key}
            attachment={each}
            onRetry={() => retryFile(attachments, sessionId, each.key)}
            onRemove={() => {
              removeFile(attachments, sessionId, each.key);
              onRemoved();
            }}
          />
        ))}
      </ul>
      {list.some(isPicture) && <UnseenPictures sessionId={sessionId} />}
      <span className={shapes.hidden} role="status">
        {uploading > 0 ? `Uploading ${countOf(uploading, "file")}…` : ""}
      </span>
    </div>
  );
}

function Chip({
  attachment,
  onRetry,
  onRemove,
}: {
  readonly attachment: Attachment;
  readonly onRetry: () => void;
  readonly onRemove: () => void;
}): ReactElement {
  const { name, sizeBytes, state, isResized } = attachment;
  return (
    <li className={styles.chip} data-state={state} title={name}>
      <Preview attachment={attachment} />
      <span className={styles.words}>
        <span className={`${shapes.cut} ${styles.name}`} dir="auto">
          {name}
        </span>
        {state === "failed" ? (
          <span className={styles.reason} role="alert">
            {attachment.reason}{" "}
            {attachment.isTryable && attachment.source && (
              <button type="button" className={styles.retry} onClick={onRetry}>
                Retry
              </button>
            )}
          </span>
        ) : (
          <span className={styles.size}>
            {sizeLabel(sizeBytes)}
            {isResized && " · resized"}
          </span>
        )}
      </span>
      <button type="button" className={styles.remove} aria-label={`Remove ${name}`} onClick={onRemove}>
        <Icon icon={X} size={14} />
      </button>
    </li>
  );
}

function Preview({ attachment }: { readonly attachment: Attachment }): ReactElement {
  const { name, state, source } = attachment;
  const own = usePreviewUrl(isPicture(attachment) ? source : null);
  const stored = useFileUrl(own === null && state === "ready" && isPicture(attachment) ? attachment.file.id : null);
  const url = own ?? stored;
  const [brokenUrl, setBrokenUrl] = useState<string | null>(null);
  return (
    <span className={styles.preview}>
      {url !== null && url !== brokenUrl ? (
        <img className={styles.image} src={url} alt="" onError={() => setBrokenUrl(url)} />
      ) : (
        <FileSign name={name} />
      )}
      {state === "uploading" && <Uploading share={attachment.share} name={name} />}
    </span>
  );
}

function Uploading({ share, name }: { readonly share: number; readonly name: string }): ReactElement {
  const percent = Math.round(share * 100);
  return (
    <span
      className={styles.ring}
      role="progressbar"
      aria-label={`Uploading ${name}`}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <Ring share={Math.max(0.04, share)} size={24} tone="accent" />
    </span>
  );
}

function usePreviewUrl(source: File | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (source === null) return;
    const made = URL.createObjectURL(source);
    setUrl(made);
    return () => {
      setUrl(null);
      URL.revokeObjectURL(made);
    };
  }, [source]);
  return url;
}

/** Removes files that were deleted since the draft was stored: the message would be refused with them. */
function useForgetGone(sessionId: SessionId): void {
  const { attachments, toasts } = useReef();
  useEffect(() => {
    const stop = new AbortController();
    const kept = attachments.of(sessionId).filter(({ source, state }) => source === null && state === "ready");
    for (const each of kept) {
      if (each.state !== "ready") continue;
      void isGone(attachments.server, each.file.id, stop.signal).then((gone) => {
        if (!gone || stop.signal.aborted) return;
        removeFile(attachments, sessionId, each.key);
        toasts.show({
          tone: "failed",
          text: `${each.name} is no longer on the server and was removed from your draft.`,
        });
      });
    }
    return () => stop.abort();
  }, [attachments, toasts, sessionId]);
}
