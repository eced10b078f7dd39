/**
 * Keeps one-time codes in memory: each is valid for some minutes and once. When a device is signed out its codes end
 * too, or one made beforehand would let it in again.
 */
import { randomBytes } from "node:crypto";
import { makeId } from "@reef/engine/ids";
import type { Clock } from "@reef/engine/port/clock";
import type { AddedBy, LoginCode, LoginCodeState } from "@reef/protocol/device";
import { AppError } from "@reef/protocol/error";
import type { CodeId, DeviceId } from "@reef/protocol/ids";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { hashSecret } from "./token.ts";

/** How long a one-time code is valid. */
const codeMinutes = 10;
/** Codes of one device within that time: a page that asks more often has a fault. */
const maxOfDevice = 10;
/** Codes of all devices; beyond it the oldest is dropped. */
const maxCodes = 1_000;

interface Code extends LoginCodeState {
  /** Null once the code is used or cancelled, so that nothing matches it. */
  readonly hash: string | null;
  readonly by: AddedBy;
}

export interface LoginCodes {
  /** Throws `rate_limited` when this device has made ten within ten minutes. */
  make(by: AddedBy, minutes?: number): LoginCode;
  /** Uses up the code even if the login fails; null when it is wrong, used, cancelled or too old. */
  take(code: string): { readonly id: CodeId; readonly by: AddedBy } | null;
  /** Notes which device it let in. */
  used(id: CodeId, deviceId: DeviceId): void;
  state(id: CodeId): LoginCodeState | null;
  /** Returns false when there is no such code. */
  cancel(id: CodeId): boolean;
  cancelOf(deviceId: DeviceId): void;
}

export function createLoginCodes(clock: Clock): LoginCodes {
  const codes = new Map<CodeId, Code>();

  function forgetOld(): void {
    const nowMs = clock.now();
    for (const { id, expiresAt } of codes.values()) if (isoToMs(expiresAt) <= nowMs) codes.delete(id);
  }

  return {
    make(by, minutes = codeMinutes) {
      forgetOld();
      const own = [...codes.values()].filter((each) => by.deviceId !== null && each.by.deviceId === by.deviceId);
      if (own.length >= maxOfDevice) {
        throw new AppError(
          "rate_limited",
          `this device has made ${maxOfDevice} codes within ${codeMinutes} minutes: use one of them, or wait`,
        );
      }
      for (const id of codes.keys()) if (codes.size >= maxCodes) codes.delete(id);
      const code = randomBytes(16).toString("base64url");
      const id = makeId("code");
      const expiresAt = msToIso(clock.now() + minutes * 60_000);
      codes.set(id, { id, hash: hashSecret(code), by, state: "open", expiresAt, deviceId: null });
      return { id, code, expiresAt };
    },
    take(code) {
      forgetOld();
      const hash = hashSecret(code);
      const found = [...codes.values()].find((each) => each.hash === hash);
      if (found === undefined) return null;
      codes.set(found.id, { ...found, hash: null, state: "used" });
      return { id: found.id, by: found.by };
    },
    used(id, deviceId) {
      const code = codes.get(id);
      if (code !== undefined) codes.set(id, { ...code, deviceId });
    },
    state(id) {
      forgetOld();
      const code = codes.get(id);
      if (code === undefined || (code.hash === null && code.state === "open")) return null;
      const { state, expiresAt, deviceId } = code;
      return { id, state, expiresAt, deviceId };
    },
    cancel(id) {
      // A cancelled code still counts, or cancelling would get around the limit.
      const code = codes.get(id);
      if (code === undefined || code.hash === null) return false;
      codes.set(id, { ...code, hash: null });
      return true;
    },
    cancelOf(deviceId) {
      for (const { id, by } of codes.values()) if (by.deviceId === deviceId) codes.delete(id);
    },
  };
}
