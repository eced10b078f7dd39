import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@reef/client/client";
import { type Served, serve } from "@reef/server/testing/serve";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Shell } from "../shell.ts";
import { type ConnectOptions, connectOpenClaw } from "./connect.ts";
import { disconnectOpenClaw } from "./disconnect.ts";
import { awaitPlugin, showOpenClaw } from "./status.ts";

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
  let waits: number;
  beforeEach(async () => {
    reef = await serve();
    said = [];
    answer = true;
    waits = 0;
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
      wait: async () => {
        waits += 1;
      },
    };
    const configPath = join(reef.folder, "openclaw.json");
    await writeFile(configPath, original, { mode: 0o640 });
    const program = join(reef.folder, "openclaw-program");
    options = { configPath, name: "oc", pluginPath: "/opt/plugin", program, yes: false, dryRun: false };
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

  it("SE8: registers the gateway with its token as a secret for this address; no file of Reef holds it in clear", async () => {
    await connectOpenClaw(shell, options);
    const [gateway] = (await shell.client.gateways()).items;
    const token = { from: "secret", name: "openclaw-127.0.0.1-19999" };
    expect(gateway).toMatchObject({ name: "oc", url: "ws://127.0.0.1:19999", token });
    expect((await shell.client.secrets()).items).toMatchObject([
      { name: token.name, origin: "ws://127.0.0.1:19999", usedBy: ["gateway oc"] },
    ]);
    for (const name of await readdir(join(reef.folder, "openclaw"))) {
      expect(await readFile(join(reef.folder, "openclaw", name), "utf8")).not.toContain("gateway-secret");
    }
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
    expect((await shell.client.secrets()).items).toEqual([]);
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

  it("SE8: a token from the environment goes to the plugin as a file that only this user reads, and goes with a disconnect", async () => {
    const { tokenFile: _, ...reefPlace } = shell.reefPlace;
    shell = { ...shell, reefPlace, tokenOfEnvironment: "token-of-the-environment" };
    await connectOpenClaw(shell, options);
    const { tokenFile, tokenEnv } = (await read()).plugins.entries["reef-home"].config;
    expect(tokenEnv).toBeUndefined();
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(tokenFile, "utf8")).toBe("token-of-the-environment\n");
    expect(said.join("\n")).not.toContain("token-of-the-environment");
    // A token changed since then reaches the plugin by the same command.
    await connectOpenClaw({ ...shell, tokenOfEnvironment: "another-token-of-it" }, options);
    expect(await readFile(tokenFile, "utf8")).toBe("another-token-of-it\n");
    await disconnectOpenClaw(shell, options);
    await expect(stat(tokenFile)).rejects.toThrow("ENOENT");
    expect(await readFile(options.configPath, "utf8")).toBe(original);
  });

  it("asks for a restart only where a gateway that runs has not loaded the plugin by itself", async () => {
    const states = {
      ready: { gateway: { state: "ready" }, plugin: { state: "absent", reason: "not loaded", advice: "wait" } },
      away: { gateway: { state: "unreachable", reason: "nothing is listening there" }, plugin: null },
    };
    const standing = (found: { readonly gateway: object; readonly plugin: object | null }, loadedAfter = Infinity) => ({
      ...shell,
      client: {
        ...shell.client,
        checkGateway: async () => found.gateway,
        gateway: async () => found.gateway,
        gatewayPlugin: async () => (waits >= loadedAfter ? { state: "ok", reason: null, advice: null } : found.plugin),
      } as never,
    });
    await awaitPlugin(standing(states.ready, 15), "gtw_x" as never);
    expect(said.at(-1)).toBe("The gateway has loaded the plugin, and it reaches Reef. No restart is needed.");
    expect(waits).toBe(15);
    await awaitPlugin(standing(states.ready), "gtw_x" as never);
    expect(said.at(-1)).toContain("Restart it");
    waits = 0;
    await awaitPlugin(standing(states.away), "gtw_x" as never);
    expect(said.at(-2)).toContain("nothing is listening there");
    expect(waits).toBeLessThan(20);
    const refused = { ...states.ready, plugin: { state: "no_token", reason: "No token.", advice: "Connect anew." } };
    await awaitPlugin(standing(refused), "gtw_x" as never);
    expect(said.slice(-2)).toEqual(["The gateway has loaded the plugin, but: No token.", "Connect anew."]);
  });

  it("status tells both ways of each gateway", async () => {
    await showOpenClaw(shell);
    expect(said.at(-1)).toContain("No gateway is connected");
    await connectOpenClaw(shell, options);
    said.length = 0;
    await showOpenClaw(shell);
    expect(said.join("\n")).toMatch(
      // It is tried again and again, and says why all the while.
      /oc {2}ws:\/\/127\.0\.0\.1:19999\n {2}from Reef: (?:unreachable|connecting): .*nothing is listening/,
    );
    expect(said.at(-1)).toContain("unknown while the gateway is not connected");
  });

  it("connected twice is connected once; one disconnect undoes all of it", async () => {
    await connectOpenClaw(shell, options);
    await connectOpenClaw(shell, options);
    expect(said.join("\n")).toContain("already has everything");
    await connectOpenClaw(shell, { ...options, pluginPath: "/opt/newer" });
    expect((await read()).plugins.load.paths).toEqual(["/opt/newer"]);
    expect((await shell.client.gateways()).items).toHaveLength(1);
    await disconnectOpenClaw(shell, options);
    expect(await readFile(options.configPath, "utf8")).toBe(original);
  });

  /** Creates an `openclaw` whose `--version` prints these lines. */
  async function program(...lines: readonly string[]): Promise<void> {
    await writeFile(options.program ?? "", ["#!/bin/sh", ...lines].join("\n"));
    await chmod(options.program ?? "", 0o755);
  }
  const stamped = (version: string) =>
    writeFile(options.configPath, original.replace("{", `{ "meta": { "lastTouchedVersion": "${version}" },`));
  /** Creates a Reef with that gateway at the configured address. */
  async function withGateway(version: string, connectedAt: string | null): Promise<Shell> {
    const token = { from: "file", name: "openclaw-token" } as const;
    const made = await shell.client.createGateway({ name: "mine", url: "ws://127.0.0.1:19999", token });
    const gateways = async () => ({ items: [{ ...made, version, connectedAt }], next: null });
    return { ...shell, client: { ...shell.client, gateways } };
  }

  async function expectRefused(given: Shell, why: RegExp): Promise<void> {
    const before = await readFile(options.configPath, "utf8");
    const gateways = (await shell.client.gateways()).items.length;
    for (const dryRun of [true, false]) {
      await expect(connectOpenClaw(given, { ...options, yes: true, dryRun })).rejects.toThrow(why);
    }
    expect(await readFile(options.configPath, "utf8")).toBe(before);
    expect((await shell.client.gateways()).items).toHaveLength(gateways);
    expect((await readdir(reef.folder)).filter((name) => name.includes("before-reef"))).toEqual([]);
  }

  it("changes nothing for a release that would not start with the changes, and says what is there and what is needed", async () => {
    await program("echo 'OpenClaw 2026.5.12 (f066dd2)'");
    await expectRefused(
      shell,
      /is OpenClaw 2026\.5\.12 \(openclaw --version.*2026\.9\.1 or newer.*can still read.*Add a gateway/s,
    );
    await program("echo 'openclaw: Node 20.20.2 is too old' >&2; echo 2026.5.12; exit 1");
    await stamped("2026.8.2");
    await expectRefused(shell, /is OpenClaw 2026\.8\.2 \(.*wrote this configuration/);
    await expectRefused(await withGateway("2026.5.7", "2026-11-01T00:00:00.000Z"), /2026\.5\.7 .*connected as “mine”/s);
  });

  it("believes a gateway that is connected before the program, and the program before the configuration", async () => {
    await stamped("2026.5.12");
    await program("echo 'OpenClaw 2026.9.6 (eb377ac)'");
    await connectOpenClaw(shell, { ...options, dryRun: true });
    await program("echo 'OpenClaw 2026.5.12 (f066dd2)'");
    const connected = await withGateway("2026.9.1", "2026-11-01T00:00:00.000Z");
    await connectOpenClaw(connected, { ...options, dryRun: true });
    expect(said.filter((text) => text.includes("dry run"))).toHaveLength(2);
    expect(said.join("\n")).not.toContain("could not be read");
    const [gateway] = (await connected.client.gateways()).items;
    const gone = { items: [{ ...gateway, connectedAt: null } as never], next: null };
    await expectRefused({ ...shell, client: { ...shell.client, gateways: async () => gone } }, /2026\.5\.12/);
  });

  it("goes on where no release can be read, and says so before it asks", async () => {
    answer = false;
    await connectOpenClaw(shell, options);
    await program("echo hello");
    await stamped("next");
    await connectOpenClaw(shell, options);
    expect(said.filter((text) => /could not be read.*2026\.9\.1 or newer/s.test(text))).toHaveLength(2);
    answer = true;
    await connectOpenClaw(shell, options);
    expect((await read()).session.maintenance.archiveDashboardAfter).toBe(false);
  });

  it("leads out of a connection that an older release does not start with", async () => {
    await connectOpenClaw(shell, options);
    await program("echo 2026.5.12");
    await expect(connectOpenClaw(shell, options)).rejects.toThrow(/Nothing was changed.*openclaw disconnect/s);
    await disconnectOpenClaw(shell, options);
    expect(await readFile(options.configPath, "utf8")).toBe(original);
  });

  it("leaves a file with comments alone and says what to do", async () => {
    const commented = `// mine\n${original}`;
    await writeFile(options.configPath, commented);
    await expect(connectOpenClaw(shell, options)).rejects.toThrow(/is not plain JSON.* comments/);
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
    await expect(connectOpenClaw(meddling, options)).rejects.toThrow("changed by another program");
    expect(await readFile(options.configPath, "utf8")).toBe("{}");
  });

  it("asks for a variable where the token is not in the file", async () => {
    const token = ["$", "{OPENCLAW_TOKEN}"].join("");
    await writeFile(options.configPath, JSON.stringify({ gateway: { auth: { token } } }));
    await expect(connectOpenClaw(shell, options)).rejects.toThrow("--gateway-token-env");
    // Reef's settings do not mention the variable, so it cannot be named there.
    const named = { ...options, gatewayTokenEnv: "OPENCLAW_TOKEN" };
    await expect(connectOpenClaw(shell, named)).rejects.toThrow(/REEF_OPENCLAW_TOKEN_VARIABLES/);
    await connectOpenClaw(shell, { ...named, environment: { OPENCLAW_TOKEN: "from-the-shell" } });
    const [gateway] = (await shell.client.gateways()).items;
    expect(gateway).toMatchObject({ url: "ws://127.0.0.1:18789", token: { from: "secret" } });
  });

  it("a token that changed over there is taken over when it is connected again, also from a file of an earlier release", async () => {
    await connectOpenClaw(shell, options);
    const [gateway] = (await shell.client.gateways()).items;
    const folder = join(reef.folder, "openclaw");
    const old = join(folder, "127.0.0.1-19999.token");
    await writeFile(old, "old-token");
    await shell.client.changeGateway(gateway?.id ?? ("" as never), { token: { from: "file", name: old } });
    const [name = ""] = (await readdir(folder)).filter((each) => each.endsWith(".json"));
    const { secret: _secret, ...record } = JSON.parse(await readFile(join(folder, name), "utf8"));
    await writeFile(join(folder, name), JSON.stringify({ ...record, tokenFile: old }));
    await connectOpenClaw(shell, { ...options, pluginPath: "/opt/newer" });
    expect((await shell.client.gateways()).items).toMatchObject([{ id: gateway?.id, token: { from: "secret" } }]);
    expect(await readdir(folder)).toEqual([name]);
  });
});
