/**
 * Forgets a memory after showing the server's dry run; it can be restored, and is gone for good only by a second, clear choice
 * (ME6).
 */
import type { ForgetRequest, Memory } from "@reef/protocol/memory";
import { useMutation } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt, errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { countOf } from "../../ui/count.ts";
import { cutText } from "../../ui/cut-text.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import form from "../../ui/Form.module.css";
import styles from "./Memory.module.css";
import { sessionOfSource } from "./memory-words.ts";
import { readMemoryAgain, useMemoryRead } from "./use-memory-events.ts";

type Extent = "this" | "source";

export function ForgetDialog({
  memory,
  onClose,
}: {
  readonly memory: Memory;
  readonly onClose: () => void;
}): ReactElement {
  const reef = useReef();
  const { botId } = memory;
  const [extent, setExtent] = useState<Extent>("this");
  const [isHard, setHard] = useState(memory.archivedAt !== null);
  const sessionId = sessionOfSource(memory.source)?.sessionId ?? null;
  const request: ForgetRequest =
    extent === "source" && sessionId !== null ? { source: { sessionId } } : { ids: [memory.id] };
  const preview = useMemoryRead(botId, {
    part: ["forget", memory.id, extent],
    read: (client) => client.forgetMemories(botId, { ...request, dryRun: true }),
  });
  const forget = useMutation({
    mutationFn: (hard: boolean) => wholeClient(reef.client).forgetMemories(botId, { ...request, hard }),
    onSuccess: ({ count, hard }) => {
      readMemoryAgain(reef.queryClient, botId);
      const isUndoable = !hard && extent === "this";
      const restore = (): void =>
        void attempt(reef, "Couldn't restore it", async () => {
          await wholeClient(reef.client).changeMemory(memory.id, { archived: false });
          readMemoryAgain(reef.queryClient, botId);
        });
      reef.toasts.show({
        text: hard
          ? `Deleted for good: ${nMemories(count)}.`
          : `Forgotten: ${nMemories(count)}. Kept for 30 days under “Archived”.`,
        ...(isUndoable && { action: { label: "Undo", run: restore } }),
      });
      onClose();
    },
  });
  const report = preview.data;
  return (
    <Dialog title={memory.archivedAt ? "Delete this memory" : "Forget this memory"} onClose={onClose}>
      <div className={form.form}>
        {sessionId !== null && (
          <fieldset className={form.plain}>
            <legend>How much</legend>
            <Check
              label="Only this one"
              isRadio
              name="extent"
              checked={extent === "this"}
              onChange={() => setExtent("this")}
            />
            <Check
              label="Everything that came from the same session"
              isRadio
              name="extent"
              checked={extent === "source"}
              onChange={() => setExtent("source")}
            />
          </fieldset>
        )}
        <section aria-label="What would be forgotten">
          {preview.error && <p role="alert">No preview: {errorText(preview.error)}</p>}
          {!report && !preview.error && <p>Looking…</p>}
          {report && (
            <>
              <p>
                <b>{nMemories(report.count)}</b> would be forgotten.
                {report.transcripts > 0 &&
                  ` ${countOf(report.transcripts, "line")} behind ${report.count === 1 ? "it" : "them"} stay${report.transcripts === 1 ? "s" : ""} in the transcript until the session is deleted.`}
              </p>
              <ul className={styles.previewList}>
                {report.memories.map(({ id, text }) => (
                  <li key={id} dir="auto">
                    {cutText(text, 300)}
                  </li>
                ))}
              </ul>
              {report.count > report.memories.length && <p>… and {report.count - report.memories.length} more.</p>}
            </>
          )}
        </section>
        {forget.error && (
          <p className={form.error} role="alert">
            Couldn't forget it: {errorText(forget.error)}
          </p>
        )}
        {isHard ? (
          <div className={styles.danger} role="alertdialog" aria-label="Delete for good?">
            <p>This deletes it from the memory, its index and its recall notes. It can't be undone.</p>
            <div className={styles.formActs}>
              <Button autoFocus onClick={memory.archivedAt ? onClose : () => setHard(false)}>
                Keep it
              </Button>
              <Button look="danger" disabled={!report?.count || forget.isPending} onClick={() => forget.mutate(true)}>
                Delete for good
              </Button>
            </div>
          </div>
        ) : (
          <div className={form.actions}>
            <Button look="quiet" onClick={() => setHard(true)}>
              Delete for good…
            </Button>
            <Button
              look="primary"
              data-first
              disabled={!report?.count || forget.isPending}
              onClick={() => forget.mutate(false)}
            >
              {forget.isPending ? "Forgetting…" : "Forget"}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function nMemories(count: number): string {
  return count === 1 ? "1 memory" : `${count} memories`;
}
