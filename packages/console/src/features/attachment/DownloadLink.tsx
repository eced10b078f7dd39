/** Saves a file under its name. A page in another's frame reads it first, because a link would go without its token. */
import type { FileRef } from "@reef/protocol/file";
import type { MouseEvent, ReactElement, ReactNode } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";

export function DownloadLink({
  file,
  className,
  children,
}: {
  readonly file: FileRef;
  readonly className: string | undefined;
  readonly children: ReactNode;
}): ReactElement {
  const { client, toasts } = useReef();
  // Elsewhere not a plain link either: for a file that is gone, or a server that is away, it would show nothing.
  const save = async (event: MouseEvent): Promise<void> => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const blob = await client.readFile(file.id).catch((error: unknown) => {
      toasts.show({ tone: "failed", text: `Couldn't download ${file.name}: ${errorText(error)}` });
      return null;
    });
    if (blob === null) return;
    const url = URL.createObjectURL(blob);
    const link = document.createElement("a");
    link.href = url;
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  return (
    <a
      className={className}
      href={client.fileUrl(file.id, { download: true })}
      download={file.name}
      title={`Download ${file.name}`}
      onClick={(event) => void save(event)}
    >
      {children}
    </a>
  );
}
