/** Describes a device, and the address that another one should open. */
import type { Device } from "@reef/protocol/device";

export function addedWords({ addedBy }: Pick<Device, "addedBy">): string {
  switch (addedBy.kind) {
    case "start":
      return "signed in with the link that Reef printed";
    case "token":
      return "signed in with the server's token";
    case "device":
      return `added by ${addedBy.name ?? "another device"}`;
    case "unknown":
      return "signed in before Reef kept a list";
    default:
      return addedBy.kind satisfies never;
  }
}

/** True if only this machine can reach it. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name);
}

/** The code is behind the `#`, so no server and no log in between ever sees it. */
export function codeAddress(origin: string, code: string): string {
  return `${origin}/#code=${encodeURIComponent(code)}`;
}
