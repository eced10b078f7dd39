/** Adds a gateway or changes one: its address, and where its token is found. The token itself is never asked for. */
import type { Gateway, TokenSource } from "@reef/protocol/gateway";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../reef.ts";
import { errorText } from "../session/session-actions.ts";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "../ui/Form.module.css";
import { FormEnd } from "../ui/FormEnd.tsx";
import own from "./GatewayDialog.module.css";
import { readGatewaysAgain } from "./gateway-queries.ts";

const wordsBySource = {
  env: {
    choice: "Environment variable",
    label: "Name of the variable",
    placeholder: "OPENCLAW_GATEWAY_TOKEN",
    hint: "Set it where the Reef server is started; it is read there, not in this browser.",
  },
  file: {
    choice: "File",
    label: "Path of the file",
    placeholder: "/run/secrets/openclaw-token",
    hint: "A file on the machine of the Reef server that holds the token and nothing else.",
  },
} as const;

export function GatewayDialog({
  gateway,
  onClose,
}: {
  /** Null adds a new one. */
  readonly gateway: Gateway | null;
  readonly onClose: () => void;
}): ReactElement {
  const { client, toasts } = useReef();
  const queryClient = useQueryClient();
  const [from, setFrom] = useState<TokenSource["from"]>(gateway?.token.from ?? "env");
  const words = wordsBySource[from];
  const save = useMutation({
    mutationFn: (fields: FormData) => {
      const text = (name: string): string => String(fields.get(name) ?? "").trim();
      const body = { name: text("name"), url: text("url"), token: { from, name: text("token") } };
      return gateway ? client.changeGateway(gateway.id, body) : client.createGateway(body);
    },
    onSuccess: ({ name }) => {
      readGatewaysAgain(queryClient);
      toasts.show({
        text: gateway ? `Saved. ${name} is connected anew.` : `${name} was added and is being connected.`,
      });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog title={gateway ? `Edit ${gateway.name}` : "Add a gateway"} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        <label className={styles.field}>
          <span className={styles.label}>Name</span>
          <input
            className={styles.input}
            name="name"
            data-first
            required
            maxLength={120}
            autoComplete="off"
            defaultValue={gateway?.name ?? "OpenClaw"}
          />
        </label>
        <label className={styles.field}>
          <span className={styles.label}>Address</span>
          <input
            className={styles.input}
            name="url"
            required
            pattern="wss?://.+"
            title="An address that begins with ws:// or wss://"
            autoComplete="off"
            spellCheck={false}
            placeholder="ws://127.0.0.1:18789"
            defaultValue={gateway?.url ?? "ws://127.0.0.1:18789"}
          />
          <span className={styles.hint}>As the Reef server reaches it. OpenClaw's own port, 18789 by default.</span>
        </label>
        <fieldset className={styles.plain}>
          <legend className={styles.label}>Its token is in</legend>
          <div className={own.choices}>
            {(["env", "file"] as const).map((source) => (
              <label key={source} className={own.choice} data-chosen={source === from || undefined}>
                <input
                  type="radio"
                  name="from"
                  value={source}
                  checked={source === from}
                  onChange={() => setFrom(source)}
                />
                {wordsBySource[source].choice}
              </label>
            ))}
          </div>
        </fieldset>
        <label className={styles.field}>
          <span className={styles.label}>{words.label}</span>
          <input
            key={from}
            className={styles.input}
            name="token"
            required
            maxLength={4096}
            pattern={from === "env" ? "[A-Za-z_][A-Za-z0-9_]{0,127}" : undefined}
            title={from === "env" ? "The variable's name: letters, digits and _" : undefined}
            autoComplete="off"
            spellCheck={false}
            placeholder={words.placeholder}
            defaultValue={gateway?.token.from === from ? gateway.token.name : from === "env" ? words.placeholder : ""}
          />
          <span className={styles.hint}>{words.hint} Only this name is kept, never the token.</span>
        </label>
        <FormEnd
          problem={save.error && `Not saved: ${errorText(save.error)}`}
          action={gateway ? "Save" : "Add and connect"}
          isDisabled={save.isPending}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
