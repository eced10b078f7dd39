/** Signs a browser in, with a one-time code from the server's own output or with the server's token. */
import type { CoreClient } from "@reef/client/core-client";
import { type FormEvent, type ReactElement, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { Logo } from "../../ui/Logo.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Login.module.css";
import { loginProblem } from "./login-problem.ts";

/** Codes are short, made to be typed; the token is not. */
const shortestToken = 32;

export function Login({
  client,
  problem,
  onSignedIn,
}: {
  readonly client: CoreClient;
  readonly problem: string | null;
  readonly onSignedIn: () => void;
}): ReactElement {
  const [error, setError] = useState(problem);
  const [isSending, setSending] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code") ?? "").trim();
    setSending(true);
    setError(null);
    try {
      await client.login(code.length >= shortestToken ? { token: code } : { code });
      onSignedIn();
    } catch (failure) {
      setError(loginProblem(failure));
      setSending(false);
    }
  };
  return (
    <main className={styles.page}>
      <form className={`${shapes.card} ${styles.card}`} onSubmit={(event) => void submit(event)}>
        <Logo className={shapes.mark} />
        <h1 className={styles.title}>Sign in to Reef</h1>
        <p className={styles.text}>
          Signed in elsewhere? Add this device there, in Settings. Or open the link that Reef printed when it started,
          in the line that begins with <code>open</code>. Its code or the server's token can be typed here, too.
        </p>
        <Field label="Code">
          <input
            name="code"
            required
            // biome-ignore lint/a11y/noAutofocus: the page has nothing else
            autoFocus
            autoComplete="one-time-code"
            spellCheck={false}
          />
        </Field>
        {error && (
          <p className={form.error} role="alert">
            {error}
          </p>
        )}
        <Button type="submit" look="primary" disabled={isSending}>
          {isSending ? "Signing in…" : "Sign in"}
        </Button>
      </form>
    </main>
  );
}
