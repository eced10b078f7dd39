/** These calls list and end the logins of browsers, and create the codes that sign in another browser. */
import type { Device, LoginCode, LoginCodeState } from "@reef/protocol/device";
import type { CodeId, DeviceId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { CallOptions, Send } from "./call.ts";

export function deviceCalls(send: Send) {
  return {
    /**
     * Creates a one-time code for another browser, valid for ten minutes. `rate_limited` when this browser created too
     * many.
     */
    makeLoginCode: () => send<LoginCode>({ method: "POST", path: "/v1/login/code" }),
    /** `not_found` when the code was cancelled or has expired. */
    loginCode: (id: CodeId, options?: CallOptions) =>
      send<LoginCodeState>({ method: "GET", path: `/v1/login/code/${id}`, ...options }),
    cancelLoginCode: (id: CodeId) => send<void>({ method: "DELETE", path: `/v1/login/code/${id}` }),
    /** Ends this browser's login. */
    logout: () => send<void>({ method: "POST", path: "/v1/logout" }),
    /** The device seen last comes first. */
    devices: (options?: CallOptions) => send<Page<Device>>({ method: "GET", path: "/v1/devices", ...options }),
    /** Ends the login and immediately closes its sockets and streams. */
    endDevice: (id: DeviceId) => send<void>({ method: "DELETE", path: `/v1/devices/${id}` }),
    /** Ends every login but this one; called with the token, every login. */
    endOtherDevices: () => send<void>({ method: "DELETE", path: "/v1/devices" }),
  };
}
