/** Draws what a file holds: text as a code block of the transcript, a picture as an image of its bytes. */
import { useQuery } from "@tanstack/react-query";
import { FileX } from "lucide";
import { type ReactElement, useEffect, useId, useState } from "react";
import { Empty } from "../../ui/Empty.tsx";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./FilesTab.module.css";
import { type FileContent, readContent, toCodeBlock } from "./file-content.ts";

export function FileContentView({ file, name }: { readonly file: Blob; readonly name: string }): ReactElement | null {
  const content = useContent(file);
  if (content === null) return null;
  switch (content.kind) {
    case "text":
      if (content.text === "") return <p className={`${shapes.meta} ${styles.note}`}>The file is empty.</p>;
      return (
        <div className={styles.content}>
          {content.isCut && <p className={shapes.meta}>Only the beginning is shown. Download it to see the whole.</p>}
          <Markdown text={toCodeBlock(name, content.text)} />
        </div>
      );
    case "picture":
      return <Picture file={file} name={name} mediaType={content.mediaType} />;
    case "binary":
      return (
        <Empty icon={FileX} title="Not a text file">
          It can't be shown here. Download it to open it.
        </Empty>
      );
  }
}

export function useContent(file: Blob): FileContent | null {
  const id = useId();
  const { data = null } = useQuery({
    queryKey: ["file-content", id, file.size, keyOf(file)],
    queryFn: () => readContent(file),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return data;
}

const keys = new WeakMap<Blob, string>();

/** Names the bytes: two versions of a file may have one length. */
function keyOf(file: Blob): string {
  const key = keys.get(file) ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
  keys.set(file, key);
  return key;
}

function Picture({
  file,
  name,
  mediaType,
}: {
  readonly file: Blob;
  readonly name: string;
  readonly mediaType: string;
}): ReactElement | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([file], { type: mediaType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file, mediaType]);
  return url === null ? null : <img className={styles.picture} src={url} alt={name} />;
}
