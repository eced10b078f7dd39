/** Creates an agent in OpenClaw, which answers before the agent works: so the server waits until it does. */
import type { Gateway } from "@reef/protocol/gateway";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import styles from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import { useNow } from "../../ui/use-now.ts";

export function NewAgentDialog({
  gateway,
  onClose,
}: {
  readonly gateway: Gateway;
  readonly onClose: () => void;
}): ReactElement {
  const { client, toasts } = useReef();
  const make = useMutation({
    mutationFn: (fields: FormData) => {
      const text = (name: string): string => String(fields.get(name) ?? "").trim();
      const [emoji, model, workspace] = [text("emoji"), text("model"), text("workspace")];
      return wholeClient(client).createGatewayAgent(gateway.id, {
        name: text("name"),
        ...(emoji && { emoji }),
        ...(model && { model }),
        ...(workspace && { workspace }),
      });
    },
    onSuccess: ({ name }) => {
      toasts.show({ text: `Created ${name} on ${gateway.name}.` });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    make.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={`New agent on ${gateway.name}`} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.row}>
          <Field label="Name">
            <input name="name" data-first required maxLength={120} autoComplete="off" />
          </Field>
          <Field label="Emoji">
            <input name="emoji" maxLength={16} autoComplete="off" />
          </Field>
        </div>
        <Field label="Model" hint="As OpenClaw names it: provider/model.">
          <input name="model" maxLength={200} autoComplete="off" spellCheck={false} placeholder="OpenClaw's default" />
        </Field>
        <Field label="Workspace">
          <input
            name="workspace"
            maxLength={4096}
            autoComplete="off"
            spellCheck={false}
            placeholder="Its own folder, chosen by OpenClaw"
          />
        </Field>
        {make.isPending && <Waiting />}
        <FormEnd
          problem={make.error && `Couldn't create the agent: ${errorText(make.error)}`}
          action={make.isPending ? "Creating…" : "Create agent"}
          isDisabled={make.isPending}
          cancel={make.isPending ? "Close" : "Cancel"}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

function Waiting(): ReactElement {
  const startedAt = useNow(1000, false);
  const now = useNow(1000);
  const seconds = Math.max(0, Math.round((now - startedAt) / 1000));
  return (
    <p className={styles.hint} role="status">
      A new agent takes OpenClaw some seconds. Waiting for it to start{seconds > 2 && `: ${seconds} s`}.
    </p>
  );
}
