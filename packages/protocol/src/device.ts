/**
 * Devices are the signed-in browsers, and codes are the one-time codes that let in another one (SE2). Neither holds a
 * secret, except the code itself, once.
 */
import { z } from "zod";
import { CodeId, DeviceId } from "./ids.ts";
import { IsoTime } from "./time.ts";

/**
 * Says who let a device in. `start`: the link that Reef prints when it starts. `token`: the server's token, or a code
 * made with it. `device`: a code made by a signed-in device. `unknown`: it signed in before Reef recorded this.
 */
export const AddedBy = z
  .object({
    kind: z.enum(["start", "token", "device", "unknown"]),
    /** For `device`: which one; it may be signed out by now. */
    deviceId: DeviceId.nullable(),
    /** For `device`: its name then. */
    name: z.string().nullable(),
  })
  .meta({ id: "AddedBy" });
export type AddedBy = z.infer<typeof AddedBy>;

export const Device = z
  .object({
    id: DeviceId,
    /** Taken from the browser's own description, such as “Chrome on Linux”. */
    name: z.string(),
    /** True for the device that asks. */
    current: z.boolean(),
    addedBy: AddedBy,
    createdAt: IsoTime,
    /** The time of its newest request, to within a few minutes. */
    lastSeenAt: IsoTime,
    /** When it has to sign in again. */
    expiresAt: IsoTime,
  })
  .meta({ id: "Device" });
export type Device = z.infer<typeof Device>;

export const LoginCode = z.object({ id: CodeId, code: z.string(), expiresAt: IsoTime }).meta({ id: "LoginCode" });
export type LoginCode = z.infer<typeof LoginCode>;

/** The state of a code. A cancelled or expired one is `not_found`. */
export const LoginCodeState = z
  .object({
    id: CodeId,
    state: z.enum(["open", "used"]),
    expiresAt: IsoTime,
    /** The device it let in. */
    deviceId: DeviceId.nullable(),
  })
  .meta({ id: "LoginCodeState" });
export type LoginCodeState = z.infer<typeof LoginCodeState>;
