/** What the menu of one entry offers: its text, its address, a new session that goes on from it. */
import type { SessionId } from "@reef/protocol/ids";
import type { Reef } from "../reef.ts";
import type { Router } from "../router.tsx";
import type { MenuEntry } from "../ui/menu-entry.ts";
import { entryHash } from "./entry-address.ts";
import { attempt, takeSession } from "./session-actions.ts";
import type { TranscriptRow } from "./transcript-rows.ts";

export function entryEntries(
  reef: Reef,
  {
    sessionId,
    row,
    seq,
    router,
  }: { readonly sessionId: SessionId; readonly row: TranscriptRow; readonly seq: number; readonly router: Router },
): readonly MenuEntry[] {
  // A call without its result would leave the copy with an open end.
  const text = textOf(row);
  const throughSeq = row.type === "tool" ? Math.max(seq, row.result?.seq ?? 0) : seq;
  const fork = (): void =>
    void attempt(reef, "Not forked", async () => {
      const session = await reef.client.forkSession(sessionId, { throughSeq });
      takeSession(reef, session);
      router.navigate({ to: "/s/$sessionId", params: { sessionId: session.id } });
    });
  return [
    ...(text === ""
      ? []
      : [
          {
            type: "item" as const,
            key: "text",
            label: "Copy text",
            run: () => copy(reef, text, "Text copied"),
          },
        ]),
    {
      type: "item",
      key: "link",
      label: "Copy link",
      run: () => copy(reef, `${location.origin}/s/${sessionId}#${entryHash(seq)}`, "Link copied"),
    },
    { type: "line", key: "line" },
    { type: "item", key: "fork", label: "Fork from here", run: fork },
  ];
}

function copy(reef: Pick<Reef, "toasts">, text: string, done: string): void {
  void attempt(reef, "Not copied", async () => {
    // Only pages served over TLS or from this machine have a clipboard.
    if (!navigator.clipboard) throw new Error("this page has no clipboard: it is not served over https");
    await navigator.clipboard.writeText(text);
    reef.toasts.show({ text: done });
  });
}

function textOf(row: TranscriptRow): string {
  if (row.type === "entry") return row.entry.text;
  if (row.type !== "tool") return "";
  const { call, result } = row;
  const input = call?.tool ? `${call.tool.name} ${JSON.stringify(call.tool.input ?? {}, null, 2)}` : "";
  return [input, result?.text ?? ""].filter(Boolean).join("\n\n");
}
