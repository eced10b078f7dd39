/**
 * Decides which addresses pages and commands of bots may reach: public ones. This machine, private networks, link-local
 * and every other special range are refused, in any notation, since what listens there trusts its neighbours.
 */
import { type LookupAddress, lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { isMetadataHost } from "@reef/protocol/metadata-address";

const special: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Of IPv6, only global unicast is public, without the ranges in it that carry other addresses or document them. */
const specialV6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0 || isMetadataHost(address)) return false;
  if (family === 4) return !specialRanges().check(address, "ipv4");
  const mapped = new BlockList();
  mapped.addSubnet("::ffff:0:0", 96, "ipv6");
  if (mapped.check(address, "ipv6")) return false;
  const globalUnicast = new BlockList();
  globalUnicast.addSubnet("2000::", 3, "ipv6");
  return globalUnicast.check(address, "ipv6") && !specialRanges().check(address, "ipv6");
}

function specialRanges(): BlockList {
  const list = new BlockList();
  for (const [net, bits] of special) list.addSubnet(net, bits, "ipv4");
  for (const [net, bits] of specialV6) list.addSubnet(net, bits, "ipv6");
  return list;
}

export type Resolve = (
  hostname: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export const resolveName: Resolve = (hostname, options, done) => lookup(hostname, options, done);

/** Returns `lookup` for requests that a person configured: everything but a cloud's metadata. */
export function configuredLookup(resolve: Resolve = resolveName): LookupFunction {
  return guardedLookup(resolve, {
    allows: (address) => !isMetadataHost(address),
    refusal: "resolves to an address where cloud machines serve their keys: not contacted",
  });
}

/** Returns `lookup` for requests that a bot chose: public addresses alone. The address checked is the one used. */
export function publicLookup(resolve: Resolve = resolveName): LookupFunction {
  return guardedLookup(resolve, {
    allows: isPublicAddress,
    refusal: "resolves to an address of this machine or of a private network: not contacted",
  });
}

function guardedLookup(
  resolve: Resolve,
  { allows, refusal }: { readonly allows: (address: string) => boolean; readonly refusal: string },
): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        done(error ?? Object.assign(new Error(`${hostname} has no address`), { code: "ENOTFOUND" }), "", 0);
      } else if (!addresses.every(({ address }) => allows(address))) {
        done(Object.assign(new Error(`${hostname} ${refusal}`), { code: "EACCES" }), "", 0);
      } else if (options.all === true) {
        done(null, addresses);
      } else {
        done(null, first.address, first.family);
      }
    });
  };
}
