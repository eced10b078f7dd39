/** Shows the files of an entry: pictures as thumbnails that open, everything else as a chip to download. */
import type { Entry } from "@reef/protocol/entry";
import type { FileRef } from "@reef/protocol/file";
import { Download } from "lucide";
import { type CSSProperties, type ReactElement, useEffect, useState } from "react";
import type { EntryWindow } from "../../data/cache.ts";
import { queryKeys } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Icon } from "../../ui/Icon.tsx";
import shapes from "../../ui/Shapes.module.css";
import { DownloadLink } from "./DownloadLink.tsx";
import styles from "./FileList.module.css";
import { FileSign } from "./FileSign.tsx";
import { sizeLabel } from "./file-words.ts";
import type { FilesProps } from "./files-props.ts";
import { isGone } from "./is-gone.ts";
import { isPicture } from "./is-picture.ts";
import { boxOfPicture, squarePx } from "./thumbnail-size.ts";
import { useFileUrl } from "./use-file-url.ts";

export function FileList({ files = [], sessionId, isOwn = false }: FilesProps): ReactElement {
  const { panel, queryClient } = useReef();
  const [goneIds, setGoneIds] = useState<ReadonlySet<string>>(new Set());
  const pictures = files.filter((file) => isPicture(file) && !goneIds.has(file.id));
  const others = files.filter((file) => !isPicture(file) || goneIds.has(file.id));
  const open = (file: FileRef): void => {
    const entries = queryClient.getQueryData<EntryWindow>(queryKeys.entries(sessionId))?.items ?? [];
    const all = picturesOf(entries);
    const shown = all.some(({ id }) => id === file.id) ? all : pictures;
    panel.set({
      type: "viewer",
      pictures: shown,
      at: Math.max(
        0,
        shown.findIndex(({ id }) => id === file.id),
      ),
    });
  };
  return (
    <div className={styles.files} data-own={isOwn || undefined}>
      {pictures.length > 0 && (
        <div className={styles.pictures}>
          {pictures.map((file, index) => (
            <Thumbnail
              // biome-ignore lint/suspicious/noArrayIndexKey: one file may come twice, and the list never changes
              key={`${file.id} ${index}`}
              file={file}
              isSquare={pictures.length > 1}
              onOpen={() => open(file)}
              onGone={() => setGoneIds((before) => new Set([...before, file.id]))}
            />
          ))}
        </div>
      )}
      {others.length > 0 && (
        <div className={styles.chips}>
          {others.map((file, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <FileChip key={`${file.id} ${index}`} file={file} isGone={goneIds.has(file.id)} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Returns all pictures of a transcript, each once, in their order. */
function picturesOf(entries: readonly Pick<Entry, "attachments">[]): readonly FileRef[] {
  const byId = new Map<string, FileRef>();
  for (const { attachments } of entries) {
    for (const file of attachments ?? []) if (isPicture(file) && !byId.has(file.id)) byId.set(file.id, file);
  }
  return [...byId.values()];
}

function Thumbnail({
  file,
  isSquare,
  onOpen,
  onGone,
}: {
  readonly file: FileRef;
  readonly isSquare: boolean;
  readonly onOpen: () => void;
  readonly onGone: () => void;
}): ReactElement {
  const { attachments, live } = useReef();
  const url = useFileUrl(file.id);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    if (!isBroken) return;
    // It failed because the server was away: once that is back, it is requested again.
    return live.onHint(({ type }) => type === "reopened" && setBroken(false));
  }, [isBroken, live]);
  const box = isSquare ? { widthPx: squarePx, heightPx: squarePx } : boxOfPicture(file);
  const onError = async (): Promise<void> => {
    if (await isGone(attachments.server, file.id)) onGone();
    else setBroken(true);
  };
  return (
    <button
      type="button"
      className={styles.thumbnail}
      style={{ width: box.widthPx, aspectRatio: `${box.widthPx} / ${box.heightPx}` } as CSSProperties}
      title={file.name}
      onClick={() => (isBroken ? setBroken(false) : onOpen())}
    >
      {isBroken ? (
        <span className={styles.broken}>Couldn't load {file.name}. Try again</span>
      ) : (
        url !== null && (
          <img
            className={styles.image}
            src={url}
            alt={file.name}
            loading="lazy"
            decoding="async"
            width={box.widthPx}
            height={box.heightPx}
            onError={() => void onError()}
          />
        )
      )}
    </button>
  );
}

function FileChip({ file, isGone: isDeleted }: { readonly file: FileRef; readonly isGone: boolean }): ReactElement {
  const inside = (
    <>
      <span className={styles.sign}>
        <FileSign name={file.name} />
      </span>
      <span className={styles.words}>
        <span className={`${shapes.cut} ${styles.name}`} dir="auto">
          {file.name}
        </span>
        <span className={shapes.meta}>{isDeleted ? "No longer on the server" : sizeLabel(file.sizeBytes)}</span>
      </span>
    </>
  );
  if (isDeleted) return <span className={styles.chip}>{inside}</span>;
  return (
    <DownloadLink file={file} className={styles.chip}>
      {inside}
      <Icon icon={Download} className={styles.down} />
    </DownloadLink>
  );
}
