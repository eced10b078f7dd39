/** Stops everything until it is resumed: asks first, then says what was stopped and what was not (TU6). */
import type { StopReport } from "@reef/protocol/stop";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { countWork } from "../../data/work.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { countOf } from "../../ui/count.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";

export function StopAllDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { client, reads } = useReef();
  const { data: work } = useQuery({ ...sessionsQuery(reads), structuralSharing: true, select: countWork });
  const waiting = work?.waiting ?? 0;
  const [isHeld, setHeld] = useState(true);
  const [withQueued, setWithQueued] = useState(false);
  const [reason, setReason] = useState("");
  const stop = useMutation({
    mutationFn: () => {
      const words = reason.trim();
      return wholeClient(client).stop({ hold: isHeld, queued: withQueued, ...(words && { reason: words }) });
    },
  });
  if (stop.data) return <Stopped report={stop.data} queued={work?.queued ?? 0} onClose={onClose} />;
  return (
    <Dialog title="Stop everything?" onClose={onClose}>
      <div className={form.form}>
        <p>
          {countOf(work?.running ?? 0, "running turn")}
          {waiting > 0 && `, and ${countOf(waiting, "turn")} that would resume without you,`} will be cancelled. What
          was written so far is kept.
        </p>
        <Field label="Reason" hint="Shown until you resume. You can leave it empty.">
          <input type="text" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <Check
          label="Hold everything until you resume: messages and schedules wait, also after a restart"
          checked={isHeld}
          onChange={(event) => setHeld(event.target.checked)}
        />
        {(work?.queued ?? 0) > 0 && (
          <Check
            label={
              <>
                Also withdraw {countOf(work?.queued ?? 0, "message")} that wait{work?.queued === 1 ? "s" : ""}.
                Otherwise {isHeld ? "they stay in place" : "each one starts a new turn"}.
              </>
            }
            checked={withQueued}
            onChange={(event) => setWithQueued(event.target.checked)}
          />
        )}
        {stop.error && (
          <p className={form.error} role="alert">
            Couldn't stop everything: {errorText(stop.error)}
          </p>
        )}
        <div className={form.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" data-first disabled={stop.isPending} onClick={() => stop.mutate()}>
            {stop.isPending ? "Stopping…" : "Stop everything"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Stopped({
  report: { cancelled, notStopped, kept, held },
  queued,
  onClose,
}: {
  readonly report: StopReport;
  readonly queued: number;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Dialog title={notStopped.length > 0 ? "Not everything stopped" : "Stopped"} onClose={onClose}>
      <div className={form.form} role="status">
        <p>
          {cancelled.length === 0 ? "Nothing was running." : `${countOf(cancelled.length, "turn")} stopped.`}
          {notStopped.length > 0 && ` ${countOf(notStopped.length, "turn")} did not stop yet.`}
        </p>
        {kept.length > 0 && (
          <p>
            {countOf(kept.length, "turn")} that wait{kept.length === 1 ? "s" : ""} for your answer{" "}
            {kept.length === 1 ? "was" : "were"} kept.
          </p>
        )}
        {held !== null && <p>Nothing starts until you press Resume in the line above the page.</p>}
        {held === null && queued > 0 && <p>{countOf(queued, "message")} still waiting: their bots handle them now.</p>}
        <div className={form.actions}>
          <Button look="primary" autoFocus onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
