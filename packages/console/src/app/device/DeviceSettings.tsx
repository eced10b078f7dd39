/** Lists the browsers that are signed in: who let each in, when it was last seen, and a button to sign it out. */
import type { Device } from "@reef/protocol/device";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { nowMs } from "../../ui/clock.ts";
import { countOf } from "../../ui/count.ts";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import rows from "../../ui/SettingRows.module.css";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, dayLabel } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import { AddDevice } from "./AddDevice.tsx";
import styles from "./Devices.module.css";
import { addedWords } from "./device-words.ts";

const lookEveryMs = 15_000;

export function DeviceSettings(): ReactElement {
  const { client } = useReef();
  const [open, setOpen] = useState<"add" | "others" | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["devices"],
    queryFn: () => wholeClient(client).devices(),
    refetchInterval: lookEveryMs,
    staleTime: 0,
  });
  const devices = data?.items ?? [];
  const own = devices.find(({ current }) => current);
  const others = devices.filter(({ current }) => !current);
  const close = (): void => setOpen(null);
  return (
    <>
      <p className={rows.hint}>
        Every signed-in browser can do everything. When you sign one out, it loses its connection right away.
      </p>
      {error && <LoadFailure what="the devices" error={error} onAgain={refetch} />}
      <ul className={shapes.bare} aria-busy={!data && !error}>
        {[...(own ? [own] : []), ...others].map((device) => (
          <DeviceLine key={device.id} device={device} />
        ))}
      </ul>
      {data && (
        <div className={rows.actions}>
          {own && <Button onClick={() => setOpen("add")}>Add another device…</Button>}
          {others.length > 0 && (
            <Button look="quiet" onClick={() => setOpen("others")}>
              {own ? "Sign out everywhere else…" : "Sign out all devices…"}
            </Button>
          )}
        </div>
      )}
      {data && !own && (
        <p className={rows.hint}>
          This page is shown inside another program and isn't a device of its own. To add a phone, open Reef in its own
          tab.
        </p>
      )}
      {open === "add" && <AddDevice onClose={close} />}
      {open === "others" && <SignOutOthers count={others.length} onClose={close} />}
    </>
  );
}

function DeviceLine({ device }: { readonly device: Device }): ReactElement {
  const { client } = useReef();
  const queryClient = useQueryClient();
  const now = useNow(60_000);
  const end = useMutation({
    mutationFn: () => (device.current ? wholeClient(client).logout() : wholeClient(client).endDevice(device.id)),
    onSuccess: () => {
      // The cookie is gone: the page starts again, at its sign-in.
      if (device.current) location.assign("/");
      else void queryClient.invalidateQueries({ queryKey: ["devices"] });
    },
  });
  const isHere = device.current || now - Date.parse(device.lastSeenAt) < 10 * 60_000;
  return (
    <li className={rows.line} data-device={device.id}>
      <span className={rows.what}>
        <span className={styles.name}>
          <span dir="auto">{device.name}</span>
          {device.current && <span className={styles.here}>This device</span>}
        </span>
        <span className={rows.facts}>
          <span title={absoluteTime(device.lastSeenAt)}>
            {isHere ? "Active now" : `Last seen ${lastSeen(device.lastSeenAt, now)}`}
          </span>
          {", "}
          {addedWords(device)} on{" "}
          <time dateTime={device.createdAt} title={absoluteTime(device.createdAt)}>
            {dayLabel(device.createdAt, nowMs())}
          </time>
        </span>
        {end.error && (
          <span className={rows.error} role="alert">
            Couldn't sign it out: {errorText(end.error)}
          </span>
        )}
      </span>
      <Button
        look="quiet"
        isSmall
        disabled={end.isPending}
        aria-label={device.current ? "Sign out on this device" : `Sign out ${device.name}`}
        onClick={() => end.mutate()}
      >
        Sign out
      </Button>
    </li>
  );
}

function SignOutOthers({ count, onClose }: { readonly count: number; readonly onClose: () => void }): ReactElement {
  const { client } = useReef();
  const queryClient = useQueryClient();
  const removal = useMutation({
    mutationFn: () => wholeClient(client).endOtherDevices(),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["devices"] });
    },
  });
  return (
    <ConfirmDialog
      title="Sign out everywhere else?"
      action={`Sign out ${countOf(count, "device")}`}
      undone="Couldn't sign them out"
      removal={removal}
      onClose={onClose}
    >
      <p>Each of them needs a new code or link to sign in again. Bots and sessions keep running.</p>
    </ConfirmDialog>
  );
}

function lastSeen(at: string, nowMs: number): string {
  const minutes = Math.floor((nowMs - Date.parse(at)) / 60_000);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}
