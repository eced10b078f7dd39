/** Shows a question on a phone, as a sheet that a thumb reaches; from it the others that wait are one press away. */
import type { Ask } from "@reef/protocol/ask";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, type ReactNode, useRef } from "react";
import { asksQuery, botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { useModal } from "../../ui/use-modal.ts";
import { roughly } from "../home/waited-label.ts";
import styles from "./AskSheet.module.css";

export function AskSheet({
  ask,
  onClose,
  onKeyDown,
  children,
}: {
  readonly ask: Ask;
  readonly onClose: () => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly children: ReactNode;
}): ReactElement {
  const { reads, seconds, askToFocus } = useReef();
  const router = useRouter();
  const element = useRef<HTMLDialogElement>(null);
  useModal(element);
  const nowMs = useCell(seconds);
  const { data: bot } = useQuery({ ...botsQuery(reads), select: (bots) => bots.get(ask.botId) });
  const { data: asks } = useQuery(asksQuery(reads));
  const open = [...(asks?.values() ?? [])]
    .filter(({ state, held }) => state === "open" && !held)
    .sort((one, other) => one.createdAt.localeCompare(other.createdAt));
  const at = open.findIndex(({ id }) => id === ask.id);
  const next = open[(at + 1) % open.length];
  const goOn = (): void => {
    onClose();
    if (!next) return;
    askToFocus.set(next.sessionId);
    router.navigate({ to: "/s/$sessionId", params: { sessionId: next.sessionId } });
  };
  const name = bot?.name ?? "The bot";
  return (
    <dialog
      ref={element}
      className={styles.sheet}
      aria-label={`${name} asks`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
      onKeyDown={onKeyDown}
    >
      <div className={styles.inside}>
        <header className={styles.head}>
          <Sign status="needs_you" />
          <span className={`${shapes.cut} ${shapes.grow}`}>
            {name} asks · {roughly(nowMs - Date.parse(ask.createdAt))}
          </span>
          {at >= 0 && open.length > 1 && (
            <Button look="quiet" aria-label={`Next question, ${at + 1} of ${open.length}`} onClick={goOn}>
              {at + 1} of {open.length} ›
            </Button>
          )}
          <Button look="quiet" onClick={onClose}>
            Close
          </Button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
