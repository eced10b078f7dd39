import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { assertOutside, makeLookup } from "./outside-lookup.ts";

const ask = (port: number, address: string) =>
  new Promise<string>((resolve) => {
    const lookup = makeLookup((_, __, done) => done(null, [{ address, family: address.includes(":") ? 6 : 4 }]));
    request({ host: "models.example", port, lookup, agent: false }, (response) => {
      response.resume();
      resolve(`answered ${response.statusCode}`);
    })
      .on("error", (error) => resolve(error.message))
      .end();
  });

it("SE8: a name that leads to a metadata address is not followed; one that leads to this machine is", async () => {
  const server = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    expect(await ask(port, "127.0.0.1")).toBe("answered 200");
    for (const address of ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"]) {
      expect(await ask(port, address)).toContain("models.example resolves to a link-local address");
    }
  } finally {
    server.close();
  }
});

it("SE8: an address is asked about before a call that resolves by itself", async () => {
  await expect(assertOutside("http://169.254.169.254/latest/meta-data")).rejects.toThrow("link-local");
  await expect(assertOutside("http://127.0.0.1:1/v1")).resolves.toBeUndefined();
  await expect(assertOutside("http://[::1]:1/v1")).resolves.toBeUndefined();
});
