/**
 * Exports the conversation as a file: where the browser is logged in it saves it from its address, whatever its size.
 */
import type { ExportFormat } from "@reef/protocol/export";
import type { Session } from "@reef/protocol/session";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import type { MenuEntry } from "../../ui/menu-entry.ts";

const formats: readonly { readonly format: ExportFormat; readonly label: string; readonly ending: string }[] = [
  { format: "markdown", label: "Markdown", ending: "md" },
  { format: "json", label: "JSON", ending: "json" },
  { format: "html", label: "HTML", ending: "html" },
];

export function exportEntry(reef: Reef, session: Session): MenuEntry {
  return {
    type: "menu",
    key: "export",
    label: "Export",
    entries: formats.map(({ format, label, ending }) => ({
      type: "item",
      key: format,
      label,
      run: () => void attempt(reef, "Couldn't export it", () => save(reef, session, { format, ending })),
    })),
  };
}

async function save(
  reef: Reef,
  { id, title }: Session,
  { format, ending }: { readonly format: ExportFormat; readonly ending: string },
): Promise<void> {
  // A page in another's frame has no cookie: a link would go without its token.
  if (reef.attachments.server.token === undefined) return follow(reef.client.exportUrl(id, format), "");
  const url = URL.createObjectURL(await reef.client.exportSession(id, format));
  follow(url, `${title.replace(/[<>:"/\\|?*]+/g, "-") || "conversation"}.${ending}`);
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** An empty name leaves the choice to the server. */
function follow(href: string, name: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}
