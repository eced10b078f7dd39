/**
 * Resolves names of model servers and gateways, and refuses a name that leads to a cloud's metadata address, whatever
 * its owner says today (SE8). The checked address is the one that is connected to, so a name cannot change in between.
 */
import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { isMetadataHost } from "@reef/protocol/metadata-address";

type Resolve = (
  hostname: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The `lookup` of a request or a socket. */
export const outsideLookup: LookupFunction = makeLookup((hostname, options, done) => lookup(hostname, options, done));

export function makeLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        done(error ?? Object.assign(new Error(`${hostname} has no address`), { code: "ENOTFOUND" }), "", 0);
      } else if (addresses.some(({ address }) => isMetadataHost(address))) {
        const message = `${hostname} resolves to a link-local address, where cloud machines serve their keys: not contacted`;
        done(Object.assign(new Error(message), { code: "EACCES" }), "", 0);
      } else if (options.all === true) {
        done(null, addresses);
      } else {
        done(null, first.address, first.family);
      }
    });
  };
}

/** For code without a `lookup` option: call it first. Rejects as the lookup does. */
export function assertOutside(url: string): Promise<void> {
  const { hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    outsideLookup(hostname.replace(/^\[|\]$/g, ""), { all: true }, (error) =>
      error === null ? resolve() : reject(error),
    );
  });
}
