import { expect, it } from "vitest";
import { NewGateway } from "./gateway.ts";
import { isMetadataHost } from "./metadata-address.ts";
import { ProviderUrl } from "./provider.ts";

const forbidden = [
  "169.254.169.254",
  "169.254.170.2",
  "2852039166",
  "0xA9FEA9FE",
  "0251.0376.0251.0376",
  "[::ffff:169.254.169.254]",
  "[::ffff:a9fe:a9fe]",
  "[::169.254.169.254]",
  "[64:ff9b::a9fe:a9fe]",
  "[fe80::1]",
  "[fd00:ec2::254]",
  "100.100.100.200",
  "metadata.google.internal",
  "METADATA.google.internal.",
  "169.254.169.254.",
];
const allowed = [
  "127.0.0.1",
  "localhost",
  "[::1]",
  "10.1.2.3",
  "192.168.1.9",
  "172.17.0.1",
  "[fd00::12]",
  "models.lan",
  "[64:ff9b::808:808]",
];

it("SE8: a cloud's metadata address is refused in every writing, of a provider and of a gateway; one's own machines are not", () => {
  const gateway = (host: string) =>
    NewGateway.safeParse({ name: "lab", url: `ws://${host}:18789`, token: { from: "secret", name: "lab" } }).success;
  const provider = (host: string) => ProviderUrl.safeParse(`http://${host}/v1`).success;
  for (const host of forbidden) expect([host, provider(host), gateway(host)]).toEqual([host, false, false]);
  for (const host of allowed) expect([host, provider(host), gateway(host)]).toEqual([host, true, true]);
});

it("SE8: an address that a name was resolved to is judged as well", () => {
  expect(["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"].map(isMetadataHost)).toEqual([true, true, true]);
  expect(["93.184.216.34", "10.0.0.1", "::1"].map(isMetadataHost)).toEqual([false, false, false]);
});
