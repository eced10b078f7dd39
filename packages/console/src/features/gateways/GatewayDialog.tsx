/**
 * Adds or edits a gateway: its address and its token. The token is in its field alone and is stored as a secret that nothing
 * reads back (SE8); or the name of the place where the server's owner put it is stored.
 */
import type { Gateway, TokenSource } from "@reef/protocol/gateway";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Check } from "../../ui/Check.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import styles from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import shapes from "../../ui/Shapes.module.css";
import { readGatewaysAgain } from "./gateway-queries.ts";
import { needsTokenAgain, saveGateway } from "./save-gateway.ts";

const usualUrl = "ws://127.0.0.1:18789";

const wordsBySource = {
  secret: {
    choice: "Entered here",
    label: "Token",
    placeholder: "",
    hint: "The value of gateway.auth.token in OpenClaw's configuration. It is stored encrypted, never shown again, and sent to this address only.",
  },
  env: {
    choice: "Environment variable",
    label: "Name of the variable",
    placeholder: "REEF_OPENCLAW_TOKEN",
    hint: "A variable that Reef's settings assign to this address: REEF_OPENCLAW_TOKEN, or one of REEF_OPENCLAW_TOKEN_VARIABLES. Only its name is stored.",
  },
  file: {
    choice: "File",
    label: "Name of the file",
    placeholder: "openclaw-token",
    hint: "A file in the folder “secrets” of Reef's data folder that contains only the token. Only its name is stored.",
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
  const [from, setFrom] = useState<TokenSource["from"]>(gateway?.token.from ?? "secret");
  const [url, setUrl] = useState(gateway?.url ?? usualUrl);
  const isKept = from === "secret" && gateway !== null && !needsTokenAgain(gateway, url.trim());
  const words = wordsBySource[from];
  const save = useMutation({
    mutationFn: (fields: FormData) => {
      const text = (name: string): string => String(fields.get(name) ?? "").trim();
      return saveGateway(wholeClient(client), gateway, {
        name: text("name"),
        url: text("url"),
        from,
        token: text("token"),
      });
    },
    onSuccess: ({ name }) => {
      readGatewaysAgain(queryClient);
      toasts.show({
        text: gateway ? `Saved. Reconnecting to ${name}.` : `Added ${name}. Connecting…`,
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
        <Field label="Name">
          <input
            name="name"
            data-first
            required
            maxLength={120}
            autoComplete="off"
            defaultValue={gateway?.name ?? "OpenClaw"}
          />
        </Field>
        <Field label="Address" hint="As the Reef server reaches it. OpenClaw's port is 18789 by default.">
          <input
            name="url"
            required
            pattern="wss?://.+"
            title="An address that begins with ws:// or wss://"
            autoComplete="off"
            spellCheck={false}
            placeholder={usualUrl}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
        </Field>
        <fieldset className={styles.plain}>
          <legend className={styles.label}>Its token</legend>
          <div className={shapes.wrap}>
            {(["secret", "env", "file"] as const).map((source) => (
              <Check
                key={source}
                label={wordsBySource[source].choice}
                isRadio
                look="option"
                name="from"
                value={source}
                checked={source === from}
                onChange={() => setFrom(source)}
              />
            ))}
          </div>
        </fieldset>
        <Field key={from} label={words.label} hint={words.hint}>
          <input
            type={from === "secret" ? "password" : "text"}
            name="token"
            required={!isKept}
            maxLength={from === "secret" ? 10_000 : 4096}
            pattern={from === "env" ? "[A-Za-z_][A-Za-z0-9_]{0,127}" : undefined}
            title={from === "env" ? "The variable's name: letters, digits and _" : undefined}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            data-1p-ignore
            data-lpignore="true"
            placeholder={isKept ? "Saved. Leave it empty to keep it." : words.placeholder}
            defaultValue={from !== "secret" && gateway?.token.from === from ? gateway.token.name : ""}
          />
        </Field>
        <FormEnd
          problem={save.error && `Couldn't save: ${errorText(save.error)}`}
          action={gateway ? "Save" : "Add and connect"}
          isDisabled={save.isPending}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}
