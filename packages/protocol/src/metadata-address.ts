/**
 * Recognises addresses at which clouds hand a machine's keys to anyone who asks: nothing of ours listens there, and no
 * request of ours goes there. Loopback and private networks are allowed, since models and gateways run on one's own
 * machines.
 */

const names = new Set([
  "metadata.google.internal",
  "metadata.goog",
  "metadata",
  "instance-data",
  "instance-data.ec2.internal",
]);
const outsideLinkLocal = new Set(["100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"]);

/**
 * Expects an address or name as `URL` writes it, which converts decimal, octal and hexadecimal addresses to dotted
 * ones.
 */
export function isMetadataHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  const address = mappedAddress(host) ?? host;
  return (
    names.has(address) ||
    outsideLinkLocal.has(address) ||
    /^169\.254\./.test(address) ||
    /^fe[89ab][0-9a-f]:/.test(address)
  );
}

/** Returns the IPv4 address inside an IPv6 one (mapped, compatible, NAT64); null if there is none. */
function mappedAddress(host: string): string | null {
  const found = /^(?:::|::ffff:(?:0:)?|64:ff9b::)(?:([0-9a-f]{1,4}):([0-9a-f]{1,4})|(\d+\.\d+\.\d+\.\d+))$/.exec(host);
  if (found === null) return null;
  if (found[3] !== undefined) return found[3];
  const [high, low] = [Number.parseInt(found[1] ?? "", 16), Number.parseInt(found[2] ?? "", 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
