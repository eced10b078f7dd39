/** What can be done with one entry: its text, its address, a new session that goes on from it. Seen on hover and focus. */
import type { SessionId } from "@reef/protocol/ids";
import type { ReactElement } from "react";
import { type Reef, useReef } from "../reef.ts";
import { useRouter } from "../router.tsx";
import { Menu } from "../ui/Menu.tsx";
import styles from "./EntryMenu.module.css";
import { entryHash } from "./entry-address.ts";
import { attempt, takeSession } from "./session-actions.ts";
import { seqOfRow, type TranscriptRow } from "./transcript-rows.ts";

export function EntryMenu({
  sessionId,
  row,
}: {
  readonly sessionId: SessionId;
  readonly row: TranscriptRow;
}): ReactElement | null {
  const reef = useReef();
  const router = useRouter();
  const seq = seqOfRow(row);
  if (seq === null) return null;
  // A call without its result would leave the copy with an open end.
  const text = textOf(row);
  const throughSeq = row.type === "tool" ? Math.max(seq, row.result?.seq ?? 0) : seq;
  const fork = (): void =>
    void attempt(reef, "Not forked", async () => {
      const session = await reef.client.forkSession(sessionId, { throughSeq });
      takeSession(reef, session);
      router.navigate({ to: "/s/$sessionId", params: { sessionId: session.id } });
    });
  return (
    <span className={styles.place}>
      <Menu
        align="end"
        entries={() => [
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
        ]}
        trigger={
          <button type="button" className={styles.button} aria-label={`Actions for entry ${seq}`}>
            ⋯
          </button>
        }
      />
    </span>
  );
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
