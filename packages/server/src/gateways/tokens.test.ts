import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeId } from "@reef/engine/ids";
import type { Event } from "@reef/protocol/event";
import type { TokenSource } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import { type GatewayDouble, startGatewayDouble } from "@reef/runtimes/openclaw/testing/gateway-double";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, type ServeOptions, serve, until } from "../testing/serve.ts";

const elsewhere = "ws://127.0.0.1:1";
const invalid = (words: RegExp) => ({ code: "invalid_request", message: expect.stringMatching(words) });

describe("tokens of gateways", () => {
  let double: GatewayDouble;
  let reef: Served;
  const put = (name: string, url: string, token: TokenSource) =>
    reef.server.store.commit({
      at: new Date().toISOString(),
      ops: [{ op: "gateway.put", gateway: { id: makeId("gateway"), name, url, token, enabled: true } }],
    });
  const joined = async (name: string) => (await reef.client.gateways()).items.find((each) => each.name === name);
  const becomes = (name: string, state: string) =>
    until(async () => {
      const gateway = await joined(name);
      return gateway?.state === state && gateway;
    });
  const letGo = async (name: string) => reef.client.deleteGateway((await joined(name))?.id as GatewayId);
  const joinAs = (name: string, token: TokenSource, url = double.url) =>
    reef.client.createGateway({ name, url, token });
  beforeAll(async () => {
    double = await startGatewayDouble();
    const config: ServeOptions["config"] = {
      openclawUrl: "ws://127.0.0.1:4",
      openclawTokenVariables: { LAB_TOKEN: double.url },
    };
    const environment = {
      LAB_TOKEN: double.token,
      REEF_OPENCLAW_TOKEN: "configured",
      OPENAI_API_KEY: "sk-of-the-owner",
    };
    reef = await serve({ config, environment });
    await mkdir(join(reef.folder, "secrets"));
  });
  afterAll(async () => {
    await reef[Symbol.asyncDispose]();
    await double[Symbol.asyncDispose]();
  });

  it("SE8: a variable is sent only where the server's settings give it to that address", async () => {
    for (const name of ["OPENAI_API_KEY", "PATH", "constructor", "REEF_TOKEN"]) {
      await expect(joinAs("x", { from: "env", name })).rejects.toMatchObject(invalid(/REEF_OPENCLAW_TOKEN_VARIABLES/));
    }
    const taken = joinAs("x", { from: "env", name: "REEF_OPENCLAW_TOKEN" });
    await expect(taken).rejects.toMatchObject(invalid(/to another address/));
    await joinAs("lab", { from: "env", name: "LAB_TOKEN" });
    const { id } = await becomes("lab", "ready");
    const moved = reef.client.changeGateway(id, { url: "ws://127.0.0.1:2", token: { from: "env", name: "LAB_TOKEN" } });
    await expect(moved).rejects.toMatchObject(invalid(/to another address/));
    await letGo("lab");
  });

  it("SE8: a row from before these rules is kept and refused with what to do, and can still be switched off", async () => {
    await put("old", double.url, { from: "env", name: "OPENAI_API_KEY" });
    const { id, reason } = await becomes("old", "refused");
    expect(reason).toMatch(/OPENAI_API_KEY: enter the token itself/);
    await reef.client.changeGateway(id, { enabled: false, name: "older" });
    await becomes("older", "off");
    await letGo("older");
  });

  it("SE8: only files put aside for it are read: no climbing, no link out, nothing endless, nothing large", async () => {
    const folder = join(reef.folder, "secrets");
    for (const name of ["/dev/zero", join(reef.folder, "token"), "../token", "..", ".", folder, "/etc/hostname"]) {
      await expect(joinAs("x", { from: "file", name })).rejects.toMatchObject(invalid(/folder “secrets”/));
    }
    await writeFile(join(reef.folder, "outside"), "outside-word");
    await symlink(join(reef.folder, "outside"), join(folder, "link"));
    await symlink(reef.folder, join(folder, "up"));
    await symlink("/dev/zero", join(folder, "zero"));
    await writeFile(join(folder, "large"), "x".repeat(10_000));
    await writeFile(join(folder, "other"), `word\n${elsewhere}\n`);
    for (const [name, why] of [
      ["link", /leads out/],
      ["up/outside", /leads out/],
      ["zero", /leads out/],
      ["large", /at most 8192 bytes/],
      ["other", /another address/],
      ["missing", /ENOENT/],
    ] as const) {
      await joinAs(name, { from: "file", name });
      expect((await becomes(name, "refused")).reason, name).toMatch(why);
      await letGo(name);
    }
    await writeFile(join(folder, "good"), `${double.token}\n${double.url}\n`);
    await joinAs("good", { from: "file", name: join(folder, "good") });
    await becomes("good", "ready");
    await letGo("good");
  });

  it("SE8: a secret goes to its gateway's address only, and a changed address asks for it again", async () => {
    await reef.client.putSecret("gw", { value: "wrong", origin: double.url });
    await joinAs("mine", { from: "secret", name: "gw" });
    const { id } = await becomes("mine", "refused");
    // A new value is tried immediately, not when the pause after a refusal is over.
    await reef.client.putSecret("gw", { value: double.token });
    await becomes("mine", "ready");
    await expect(reef.client.changeGateway(id, { url: elsewhere })).rejects.toMatchObject({ code: "conflict" });
    const named = reef.client.changeGateway(id, { url: elsewhere, token: { from: "secret", name: "gw" } });
    await expect(named).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/enter the key again/),
    });
    await expect(joinAs("thief", { from: "secret", name: "gw" }, elsewhere)).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(reef.client.deleteSecret("gw")).rejects.toMatchObject({ code: "conflict" });
    expect((await reef.client.secrets()).items).toMatchObject([{ name: "gw", usedBy: ["gateway mine"] }]);
    expect(JSON.stringify(await reef.server.store.read.events(0, 1000))).not.toContain(double.token);
    await letGo("mine");
    await reef.client.deleteSecret("gw");
  });

  it("SE8: no address with a password or a query is taken, and an old one is shown without", async () => {
    for (const url of [
      "ws://me:pw@127.0.0.1:3",
      "ws://me@127.0.0.1:3",
      "ws://127.0.0.1:3/?token=pw",
      "ws:\\\\me:pw@127.0.0.1:3",
      "ws:me:pw@127.0.0.1:3",
    ]) {
      const token = { from: "file", name: "missing" } as const;
      await expect(reef.client.createGateway({ name: "x", url, token }), url).rejects.toMatchObject({
        code: "invalid_request",
      });
    }
    const seen: Event[] = [];
    const socket = reef.connect({ after: -1, onReset: () => undefined, onEvent: (event) => seen.push(event) });
    await until(() => socket.state === "open");
    await put("shown", "ws://me:pw-word@127.0.0.1:3/path?token=pw-word", { from: "file", name: "missing" });
    const told = await until(() => seen.find(({ type }) => type === "gateway.changed"));
    socket.close();
    const shown = await joined("shown");
    expect(shown?.url).toBe("ws://127.0.0.1:3/path");
    const same = await reef.client.changeGateway(shown?.id as GatewayId, { url: shown?.url ?? "", enabled: false });
    expect(JSON.stringify([shown, same, told, await reef.client.gateways()])).not.toContain("pw-word");
    expect((await reef.server.store.read.gateways()).at(-1)?.url).toContain("pw-word");
    await letGo("shown");
  });
});
