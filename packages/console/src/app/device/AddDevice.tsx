/**
 * Adds another device with a one-time code, shown as a QR code and as an address until it is used, cancelled or expired.
 * Closing the dialog cancels it, so that a code nobody sees lets nobody in.
 */
import type { LoginCode } from "@reef/protocol/device";
import { AppError } from "@reef/protocol/error";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { clockLabel } from "../../ui/clock-label.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { useNow } from "../../ui/use-now.ts";
import styles from "./Devices.module.css";
import { codeAddress, isLoopback } from "./device-words.ts";

const QrCode = lazyPart("QrCode", () => import("./QrCode.tsx"));

const lookEveryMs = 2_000;

export function AddDevice({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { client } = useReef();
  const queryClient = useQueryClient();
  const [turn, setTurn] = useState(0);
  const [made, setMade] = useState<LoginCode | null>(null);
  const [error, setError] = useState<unknown>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` requests another code
  useEffect(() => {
    let isOver = false;
    let own: LoginCode | null = null;
    const cancel = (code: LoginCode): void =>
      void wholeClient(client)
        .cancelLoginCode(code.id)
        .catch(() => undefined);
    setMade(null);
    setError(null);
    wholeClient(client)
      .makeLoginCode()
      .then(
        (code) => {
          own = code;
          if (isOver) cancel(code);
          else setMade(code);
        },
        (failure: unknown) => isOver || setError(failure),
      );
    return () => {
      isOver = true;
      if (own) cancel(own);
    };
  }, [client, turn]);
  const state = useQuery({
    queryKey: ["login-code", made?.id],
    queryFn: async () => {
      if (!made) return null;
      return await wholeClient(client)
        .loginCode(made.id)
        .catch((failure: unknown) => {
          if (failure instanceof AppError && failure.code === "not_found") return null;
          throw failure;
        });
    },
    enabled: made !== null,
    refetchInterval: lookEveryMs,
    gcTime: 0,
  });
  const isUsed = state.data?.state === "used";
  useEffect(() => {
    if (isUsed) void queryClient.invalidateQueries({ queryKey: ["devices"] });
  }, [isUsed, queryClient]);
  return (
    <Dialog title="Add another device" onClose={onClose}>
      <div className={form.form}>
        {error !== null && (
          <p className={form.error} role="alert">
            Couldn't create a code: {errorText(error)}
          </p>
        )}
        {isUsed ? (
          <p role="status">
            <b>Signed in.</b> The device is now in the list.
          </p>
        ) : (
          made && <Code code={made} isGone={state.data === null} onAgain={() => setTurn(turn + 1)} />
        )}
        <div className={form.actions}>
          <Button data-first look={isUsed ? "primary" : "plain"} onClick={onClose}>
            {isUsed ? "Done" : "Cancel"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Code({
  code,
  isGone,
  onAgain,
}: {
  readonly code: LoginCode;
  readonly isGone: boolean;
  readonly onAgain: () => void;
}): ReactElement {
  const { toasts } = useReef();
  const leftMs = Date.parse(code.expiresAt) - useNow(1000);
  const address = codeAddress(location.origin, code.code);
  if (isGone || leftMs <= 0) {
    return (
      <p role="status">
        This code no longer works. <Button onClick={onAgain}>New code</Button>
      </p>
    );
  }
  const copy = (): void => {
    navigator.clipboard.writeText(address).then(
      () => toasts.show({ text: "Copied. The link works once." }),
      () => toasts.show({ tone: "failed", text: "Couldn't copy: select the link and copy it by hand." }),
    );
  };
  return (
    <>
      {isLoopback(location.hostname) && <LoopbackWarning />}
      <p>
        Scan the code with the other device, or open the link there. Anyone who opens it is signed in, so don't share
        it.
      </p>
      <Part what="The QR code" look="line" fallback={<div className={styles.qr} />}>
        <QrCode text={address} label="QR code with the sign-in link" />
      </Part>
      <Field label="Sign-in link">
        <input readOnly value={address} onFocus={(event) => event.target.select()} />
      </Field>
      <p className={styles.left}>
        <span>
          Works once, for <span className={styles.clock}>{clockLabel(leftMs)}</span>
        </span>
        <Button onClick={copy}>Copy link</Button>
      </p>
    </>
  );
}

function LoopbackWarning(): ReactElement {
  return (
    <div className={styles.warning} role="note">
      <p>
        <b>A phone can't reach {location.host}.</b> This address works on this computer only.
      </p>
      <p>
        Open Reef at an address that the other device can reach, and add it from there: through a tunnel (Tailscale,
        SSH, Cloudflare) or behind a proxy with TLS, with that name in <code>REEF_PUBLIC_HOSTS</code>.
      </p>
    </div>
  );
}
