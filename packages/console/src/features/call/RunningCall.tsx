/** Shows what a running call says of itself, such as the newest lines of a command, and stops it. A reload finds the newest state. */

import { reportKey } from "@reef/client/live-text";
import type { Entry } from "@reef/protocol/entry";
import { Square } from "lucide";
import { type ReactElement, useState, useSyncExternalStore } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { Icon } from "../../ui/Icon.tsx";
import styles from "./RunningCall.module.css";
import { stopCall, stopsAlone } from "./stop-call.ts";
import { TerminalView } from "./TerminalView.tsx";

const shownAfterMs = 1_500;

export function RunningCall({ call }: { readonly call: Entry }): ReactElement | null {
  const reef = useReef();
  const { reports } = reef.live;
  const nowMs = useCell(reef.seconds);
  const [isStopping, setStopping] = useState(false);
  const key = call.turnId && call.tool ? reportKey({ turnId: call.turnId, callId: call.tool.callId }) : "";
  const text = useSyncExternalStore(reports.subscribe, () => reports.get().get(key)?.text ?? "");
  const stop = async (): Promise<void> => {
    setStopping(true);
    await stopCall(reef, call);
    setStopping(false);
  };
  // Most calls end before anything could be read or pressed: for those, nothing moves.
  if (text === "" && nowMs - Date.parse(call.at) < shownAfterMs) return null;
  return (
    <div className={styles.running}>
      {text.trim() !== "" && <TerminalView output={text} isShort />}
      <Button
        isSmall
        disabled={isStopping}
        title={stopsAlone(call) ? "Stop this command; the turn goes on" : "Stop the turn"}
        onClick={() => void stop()}
      >
        <Icon icon={Square} size={12} /> {isStopping ? "Stopping…" : stopsAlone(call) ? "Stop command" : "Stop turn"}
      </Button>
    </div>
  );
}
