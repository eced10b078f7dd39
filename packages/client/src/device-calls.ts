/** Calls about the browsers that are signed in, and the codes that let another one in. */
import type { Device, LoginCode, LoginCodeState } from "@reef/protocol/device";
import type { CodeId, DeviceId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { CallOptions, Send } from "./call.ts";

export function deviceCalls(send: Send) {
  return {
    /** A new one-time code for another browser; good for ten minutes. `rate_limited` when this browser made too many. */
    makeLoginCode: () => send<LoginCode>({ method: "POST", path: "/v1/login/code" }),
    /** `not_found` when it was cancelled, or is too old. */
    loginCode: (id: CodeId, options?: CallOptions) =>
      send<LoginCodeState>({ method: "GET", path: `/v1/login/code/${id}`, ...options }),
    cancelLoginCode: (id: CodeId) => send<void>({ method: "DELETE", path: `/v1/login/code/${id}` }),
    /** Ends this browser's login. */
    logout: () => send<void>({ method: "POST", path: "/v1/logout" }),
    /** The newest seen first. */
    devices: (options?: CallOptions) => send<Page<Device>>({ method: "GET", path: "/v1/devices", ...options }),
    /** Its sockets and streams are closed right away. */
    endDevice: (id: DeviceId) => send<void>({ method: "DELETE", path: `/v1/devices/${id}` }),
    /** Every device but this one; with the token, every device. */
    endOtherDevices: () => send<void>({ method: "DELETE", path: "/v1/devices" }),
  };
}
