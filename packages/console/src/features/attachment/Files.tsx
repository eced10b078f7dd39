/** Shows the files of an entry. Few entries have any: the code is loaded with the first, into a place of its size. */
import type { ReactElement } from "react";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import type { FilesProps } from "./files-props.ts";
import { heightOfFiles } from "./thumbnail-size.ts";

const FileList = lazyPart("FileList", () => import("./FileList.tsx"));

/** Loads it ahead, so that the first picture does not push down what is below it. */
export async function readFilesAhead(): Promise<void> {
  await FileList.readAhead();
}

export function Files({ files, ...rest }: FilesProps): ReactElement | null {
  if (!files || files.length === 0) return null;
  return (
    <Part what="The list of files" look="line" fallback={<div style={{ height: heightOfFiles(files) }} />}>
      <FileList files={files} {...rest} />
    </Part>
  );
}
