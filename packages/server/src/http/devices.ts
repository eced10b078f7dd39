/** Defines the endpoints of devices: who is signed in, and the end of a login with everything it has open (SE2). */
import { Device } from "@reef/protocol/device";
import { AppError } from "@reef/protocol/error";
import { DeviceId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { z } from "zod";
import { authenticate } from "../auth/guard.ts";
import type { Edge } from "./edge.ts";
import { credentialsOf, noteLogin, signedOut } from "./login.ts";
import { type Route, route } from "./route.ts";

const tag = "Login";

export function deviceRoutes({ guard, deps }: Edge): readonly Route[] {
  /** Returns null for a program with the token, which is not a device. */
  function ownId(request: Request): DeviceId | null {
    const caller = authenticate(guard, credentialsOf(request));
    return caller.kind === "login" ? caller.login.id : null;
  }

  return [
    route(
      {
        method: "get",
        path: "/v1/devices",
        tag,
        summary: "List the browsers that are signed in, most recently seen first",
        status: 200,
        answer: pageOf(Device),
      },
      async ({ request }) => {
        const own = ownId(request);
        const items = guard.logins.list().map(({ hash: _, ...login }) => ({ ...login, current: login.id === own }));
        return { items, next: null };
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/devices/{id}",
        tag,
        summary: "Sign out a device",
        description: "Its sockets and event streams are closed right away, and the codes it made no longer work.",
        params: z.object({ id: DeviceId }),
        status: 204,
        answer: null,
      },
      async ({ params: { id }, request }) => {
        const caller = authenticate(guard, credentialsOf(request));
        const isOwn = ownId(request) === id;
        if (!(await guard.logins.end(id))) {
          throw new AppError("not_found", "there is no such device: it may have signed out");
        }
        await noteLogin(deps, caller, { action: "login.end", subject: id });
        return isOwn ? signedOut(guard) : null;
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/devices",
        tag,
        summary: "Sign out every other device",
        description: "With the token: every device.",
        status: 204,
        answer: null,
      },
      async ({ request }) => {
        await guard.logins.endOthers(ownId(request));
        await noteLogin(deps, authenticate(guard, credentialsOf(request)), { action: "login.endOthers" });
      },
    ),
  ];
}
