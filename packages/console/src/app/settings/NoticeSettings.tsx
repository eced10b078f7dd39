/**
 * Chooses which events reach a person outside the page. The browser's permission is requested when the first is
 * switched on.
 */
import { type ReactElement, useState } from "react";
import { Check } from "../../ui/Check.tsx";
import { Field } from "../../ui/Field.tsx";
import { type NoticeKind, noticeKinds, readNoticeKinds, writeNoticeKinds } from "../notify/notice-settings.ts";
import { type QuietHours, readQuietHours, usualQuietHours, writeQuietHours } from "../notify/quiet-hours.ts";
import styles from "./SettingsScreen.module.css";

const labelByKind: Readonly<Record<NoticeKind, string>> = {
  needs: "A session needs you: a question, an approval, a limit to raise",
  failed: "A session failed",
  done: "A session finished while you were away",
};

const canNotify = "Notification" in window;

export function NoticeSettings(): ReactElement {
  const [kinds, setKinds] = useState(readNoticeKinds);
  const [permission, setPermission] = useState(canNotify ? Notification.permission : "denied");
  const toggle = async (kind: NoticeKind, isOn: boolean): Promise<void> => {
    const next = new Set(kinds);
    if (isOn) next.add(kind);
    else next.delete(kind);
    writeNoticeKinds(next);
    setKinds(next);
    if (isOn && Notification.permission === "default") setPermission(await Notification.requestPermission());
  };
  return (
    <>
      <p className={styles.hint}>
        Desktop notifications while you are in another window. The tab's title and icon always show what needs you. A
        muted session sends none, on any device: mute it in its menu, or with Shift+M in the list.
      </p>
      {noticeKinds.map((kind) => (
        <Check
          key={kind}
          label={labelByKind[kind]}
          disabled={!canNotify}
          checked={kinds.has(kind)}
          onChange={(event) => void toggle(kind, event.target.checked)}
        />
      ))}
      <QuietHoursSetting />
      <p className={styles.hint} role="status">
        {wordsFor(permission, kinds.size > 0)}
      </p>
    </>
  );
}

function QuietHoursSetting(): ReactElement {
  const [hours, setHours] = useState(readQuietHours);
  const change = (next: QuietHours | null): void => {
    writeQuietHours(next);
    setHours(next);
  };
  return (
    <div className={styles.quiet}>
      <Check
        label="Quiet hours: no notifications"
        disabled={!canNotify}
        checked={hours !== null}
        onChange={(event) => change(event.target.checked ? usualQuietHours : null)}
      />
      {hours !== null && (
        <span className={styles.times}>
          <Field label="from" look="bar">
            <input
              type="time"
              required
              value={hours.from}
              onChange={(event) => event.target.value && change({ ...hours, from: event.target.value })}
            />
          </Field>
          <Field label="to" look="bar">
            <input
              type="time"
              required
              value={hours.to}
              onChange={(event) => event.target.value && change({ ...hours, to: event.target.value })}
            />
          </Field>
        </span>
      )}
    </div>
  );
}

function wordsFor(permission: NotificationPermission, isWanted: boolean): string {
  if (!canNotify) return "This browser doesn't support notifications for pages like this one.";
  if (permission === "denied")
    return "This browser blocks notifications from this page. Allow them in its site settings.";
  if (permission === "default" && isWanted) return "This browser hasn't allowed notifications yet.";
  return "";
}
