/** Devices: the browsers that are signed in, and the one-time codes that let another one in (SE2). No secret stands in either but the code itself, once. */
import { z } from "zod";
import { CodeId, DeviceId } from "./ids.ts";
import { IsoTime } from "./time.ts";

/**
 * Who let a device in. `start`: the link that Reef prints when it starts. `token`: the server's token, or a code made with it.
 * `device`: a code made by a device that was signed in. `unknown`: it signed in before Reef kept this.
 */
export const AddedBy = z
  .object({
    kind: z.enum(["start", "token", "device", "unknown"]),
    /** Of `device`: which one; it may be signed out by now. */
    deviceId: DeviceId.nullable(),
    /** Of `device`: what it was called. */
    name: z.string().nullable(),
  })
  .meta({ id: "AddedBy" });
export type AddedBy = z.infer<typeof AddedBy>;

export const Device = z
  .object({
    id: DeviceId,
    /** From what the browser says of itself, such as “Chrome on Linux”. */
    name: z.string(),
    /** The one that asks. */
    current: z.boolean(),
    addedBy: AddedBy,
    createdAt: IsoTime,
    /** Of its newest request, to within a few minutes. */
    lastSeenAt: IsoTime,
    /** It has to sign in again then. */
    expiresAt: IsoTime,
  })
  .meta({ id: "Device" });
export type Device = z.infer<typeof Device>;

export const LoginCode = z.object({ id: CodeId, code: z.string(), expiresAt: IsoTime }).meta({ id: "LoginCode" });
export type LoginCode = z.infer<typeof LoginCode>;

/** What became of a code; one that was cancelled, or is too old, is `not_found`. */
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
