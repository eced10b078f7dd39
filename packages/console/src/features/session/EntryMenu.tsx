/**
 * Shows what can be done with one entry: its text, its address, a new session that continues from it. Visible on hover and
 * focus.
 */
import type { SessionId } from "@reef/protocol/ids";
import { Ellipsis } from "lucide";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Icon } from "../../ui/Icon.tsx";
import { LoadedMenu } from "../../ui/Menu.tsx";
import { useRouter } from "../../ui/router.tsx";
import styles from "./EntryMenu.module.css";
import { seqOfRow, type TranscriptRow } from "./transcript-rows.ts";

const loadEntries = () => import("./entry-entries.ts");

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
  return (
    <span className={styles.place}>
      <LoadedMenu
        align="end"
        code={loadEntries}
        entries={({ entryEntries }) => entryEntries(reef, { sessionId, row, seq, router })}
        trigger={
          <button type="button" className={styles.button} aria-label={`Actions for entry ${seq}`}>
            <Icon icon={Ellipsis} size={14} />
          </button>
        }
      />
    </span>
  );
}
