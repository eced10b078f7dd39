/** Draws whether a bot may write (an envelope) and read (an eye): by shape, not by color alone. */
import type { Access } from "@reef/protocol/access";
import { Eye, EyeOff, Mail, MailX } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import styles from "./AccessMatrix.module.css";

/** `some`: rules about topics or trees decide otherwise for some sessions. */
export type AccessSign = "allowed" | "denied" | "some";

export const signWords: Readonly<Record<AccessSign, string>> = {
  allowed: "allowed",
  denied: "denied",
  some: "depends on topic or tree",
};

export function signOf({ allowed, exceptions }: Pick<Access, "allowed" | "exceptions">): AccessSign {
  return exceptions.length > 0 ? "some" : allowed ? "allowed" : "denied";
}

export function AccessSigns({ write, read }: { readonly write: AccessSign; readonly read: AccessSign }): ReactElement {
  return (
    <span className={styles.signs} aria-hidden="true">
      <span data-sign={write}>
        <Icon icon={write === "denied" ? MailX : Mail} size={14} />
      </span>
      <span data-sign={read}>
        <Icon icon={read === "denied" ? EyeOff : Eye} size={14} />
      </span>
    </span>
  );
}
