import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@reef/client/client";
import { type Served, serve } from "@reef/server/testing/serve";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Shell } from "../shell.ts";
import { type ConnectOptions, connectOpenClaw } from "./connect.ts";
import { disconnectOpenClaw } from "./disconnect.ts";

const original = `{
    "gateway": {"port": 19999, "auth": { "mode": "token", "token": "gateway-secret" } },
    "plugins": { "load": { "paths": [] } }
}
`;

describe("reef openclaw", () => {
  let reef: Served;
  let shell: Shell;
  let said: string[];
  let options: ConnectOptions;
  let answer: boolean;
  beforeEach(async () => {
    reef = await serve();
    said = [];
    answer = true;
    const { url, token } = reef.server;
    let stamps = 0;
    shell = {
      client: createClient({ baseUrl: url, token }),
      folder: reef.folder,
      isLocal: true,
      reefPlace: { url, tokenFile: join(reef.folder, "token") },
      print: (text) => said.push(text),
      confirm: async () => answer,
      stamp: () => `stamp-${++stamps}`,
    };
    const configPath = join(reef.folder, "openclaw.json");
    await writeFile(configPath, original, { mode: 0o640 });
    options = { configPath, name: "oc", pluginPath: "/opt/plugin", yes: false, dryRun: false };
  });
  afterEach(() => reef[Symbol.asyncDispose]());

  const read = async () => JSON.parse(await readFile(options.configPath, "utf8"));

  it("shows every change with its reason and no secret, and writes nothing before a yes", async () => {
    answer = false;
    await connectOpenClaw(shell, options);
    await connectOpenClaw(shell, { ...options, yes: true, dryRun: true });
    const text = said.join("\n");
    expect(text).toContain("allowConversationAccess");
    expect(text).toContain("Lets the plugin see a message before the model does");
    expect(text).toMatch(/^\+ .*"archiveDashboardAfter": false/m);
    expect(text).not.toContain("gateway-secret");
    expect(await readFile(options.configPath, "utf8")).toBe(original);
    expect((await shell.client.gateways()).items).toEqual([]);
    expect((await readdir(reef.folder)).filter((name) => name.includes("before-reef"))).toEqual([]);
  });

  it("SE5: registers the gateway by where its token is; the copy is for Reef's eyes only", async () => {
    await connectOpenClaw(shell, options);
    const [gateway] = (await shell.client.gateways()).items;
    expect(gateway).toMatchObject({ name: "oc", url: "ws://127.0.0.1:19999", token: { from: "file" } });
    const tokenFile = gateway?.token.name ?? "";
    expect((await readFile(tokenFile, "utf8")).trim()).toBe("gateway-secret");
    expect((await stat(tokenFile)).mode & 0o077).toBe(0);
    const { plugins } = await read();
    expect(plugins.entries["reef-home"].config).toEqual({ ...shell.reefPlace, gatewayId: gateway?.id });
    expect((await stat(options.configPath)).mode & 0o777).toBe(0o640);
    expect(await readFile(`${options.configPath}.before-reef-stamp-1`, "utf8")).toBe(original);
  });

  it("gives an untouched file its old bytes again, and takes the gateway out of Reef", async () => {
    await connectOpenClaw(shell, options);
    await disconnectOpenClaw(shell, options);
    expect(await readFile(options.configPath, "utf8")).toBe(original);
    expect((await shell.client.gateways()).items).toEqual([]);
    expect(await readdir(join(reef.folder, "openclaw"))).toEqual([]);
    expect((await readdir(reef.folder)).filter((name) => name.includes("before-reef"))).toEqual([]);
    await expect(disconnectOpenClaw(shell, options)).rejects.toThrow("was not connected from here");
  });

  it("keeps what others wrote since, and says what it leaves", async () => {
    await connectOpenClaw(shell, options);
    const config = await read();
    config.session.maintenance.archiveDashboardAfter = "90d";
    config.ui = { theme: "dark" };
    await writeFile(options.configPath, JSON.stringify(config));
    await disconnectOpenClaw(shell, options);
    expect(await read()).toEqual({
      ...JSON.parse(original),
      session: { maintenance: { archiveDashboardAfter: "90d" } },
      ui: { theme: "dark" },
    });
    expect(said.join("\n")).toContain("session.maintenance.archiveDashboardAfter was changed since");
  });

  it("connected twice is connected once; one disconnect undoes all of it", async () => {
    await connectOpenClaw(shell, options);
    await connectOpenClaw(shell, options);
    expect(said.at(-1)).toContain("has everything already");
    await connectOpenClaw(shell, { ...options, pluginPath: "/opt/newer" });
    expect((await read()).plugins.load.paths).toEqual(["/opt/newer"]);
    expect((await shell.client.gateways()).items).toHaveLength(1);
    await disconnectOpenClaw(shell, options);
    expect(await readFile(options.configPath, "utf8")).toBe(original);
  });

  it("leaves a file with comments alone and says what to do", async () => {
    const commented = `// mine\n${original}`;
    await writeFile(options.configPath, commented);
    await expect(connectOpenClaw(shell, options)).rejects.toThrow(/is no plain JSON.* comments/);
    expect(await readFile(options.configPath, "utf8")).toBe(commented);
  });

  it("does not write over what somebody else wrote while the person thought about it", async () => {
    const meddling = {
      ...shell,
      confirm: async () => {
        await writeFile(options.configPath, "{}");
        return true;
      },
    };
    await expect(connectOpenClaw(meddling, options)).rejects.toThrow("changed by somebody else");
    expect(await readFile(options.configPath, "utf8")).toBe("{}");
  });

  it("asks for a variable where the token is not in the file", async () => {
    const token = ["$", "{OPENCLAW_TOKEN}"].join("");
    await writeFile(options.configPath, JSON.stringify({ gateway: { auth: { token } } }));
    await expect(connectOpenClaw(shell, options)).rejects.toThrow("--gateway-token-env");
    await connectOpenClaw(shell, { ...options, gatewayTokenEnv: "OPENCLAW_TOKEN" });
    const [gateway] = (await shell.client.gateways()).items;
    expect(gateway).toMatchObject({ url: "ws://127.0.0.1:18789", token: { from: "env", name: "OPENCLAW_TOKEN" } });
  });
});
