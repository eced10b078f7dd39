/** The files of an entry. Few have any: what shows them is loaded with the first, in a place of its size. */
import type { FileRef } from "@reef/protocol/file";
import type { SessionId } from "@reef/protocol/ids";
import { lazy, type ReactElement, Suspense } from "react";
import { heightOfFiles } from "./thumbnail-size.ts";

const load = () => import("./FileList.tsx");
const FileList = lazy(async () => ({ default: (await load()).FileList }));

/** So that the first picture does not push what stands below it. */
export async function readFilesAhead(): Promise<void> {
  await load();
}

export interface FilesProps {
  readonly files: readonly FileRef[] | undefined;
  readonly sessionId: SessionId;
  /** Of a person's own message: at the right. */
  readonly isOwn?: boolean;
}

export function Files({ files, ...rest }: FilesProps): ReactElement | null {
  if (!files || files.length === 0) return null;
  return (
    <Suspense fallback={<div style={{ height: heightOfFiles(files) }} />}>
      <FileList files={files} {...rest} />
    </Suspense>
  );
}
