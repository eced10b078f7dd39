/**
 * Tests the console in a sandboxed frame of another page, as OpenClaw's Control UI shows it: without an origin it has no
 * cookie, no storage, no history, and its forms are not sent. The plugin's own routes serve it; only the gateway around them
 * is ours.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { registerConsole } from "@reef/openclaw-plugin/console";
import type { Host, HostRoute } from "@reef/openclaw-plugin/host";
import { createReef } from "@reef/openclaw-plugin/reef";
import type { Shared } from "@reef/openclaw-plugin/shared";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "./support/console-page.ts";
import { type ReefProcess, startReef } from "./support/reef-process.ts";

const around = `<!doctype html><title>Gateway</title><style>html,body,iframe{height:100%;width:100%;margin:0;border:0}</style>
<iframe sandbox="allow-scripts" src="/reef-home/tab"></iframe>`;

const dot = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNkYPhfz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC";

const shared: Shared = { heard: new Map(), frames: new Map(), places: new Map() };

describe("the console in a frame without an origin", () => {
  let reef: ReefProcess;
  let gateway: Server;
  let browser: Browser;
  beforeAll(async () => {
    reef = await startReef({ env: { REEF_OLLAMA_URL: "off" } });
    browser = await launchBrowser();
    gateway = await openGateway(reef);
  });
  afterAll(async () => {
    await browser?.close();
    gateway?.closeAllConnections();
    gateway?.close();
    await reef?.[Symbol.asyncDispose]();
  });

  test("SE3, SE4: it is signed in, live, and its forms work; no token stands in an address", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints: string[] = [];
    const addresses: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("request", (request) => addresses.push(request.url()));
    page.on("websocket", (socket) => addresses.push(socket.url()));
    const { port } = gateway.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`);
    const frame = page.frameLocator("iframe");
    await frame.getByText("Connected").waitFor();

    await frame.getByRole("button", { name: "Create a bot without a model" }).click();
    await frame.getByLabel("Name").first().fill("Framed");
    await page.keyboard.press("Enter");
    await frame.getByRole("dialog").waitFor({ state: "hidden" });
    const find = async () => (await reef.client.bots()).items.find(({ name }) => name === "Framed");
    await expect.poll(find).toBeDefined();
    const bot = (await find())!;
    // Its first session must be on the screen before it is left.
    await frame.getByRole("textbox", { name: /message/i }).waitFor();

    // A session created elsewhere appears through the socket.
    const session = await reef.client.createSession({ botId: bot.id, title: "Made outside" });
    await frame.getByText("Made outside").first().click();
    await frame.getByRole("button", { name: /^Session: Made outside/ }).waitFor();
    await frame
      .getByRole("textbox", { name: /message/i })
      .last()
      .fill("hello from the frame");
    await page.keyboard.press("Enter");
    await frame.getByTestId("transcript").getByText("hello from the frame").first().waitFor();
    // The page shows it before the server has it.
    const sent = async () =>
      (await reef.client.messages({ sessionId: session.id })).items.map(({ text, from }) => [text, from.kind]);
    await expect.poll(sent).toEqual([["hello from the frame", "person"]]);

    // A picture is read with the token, not by its address.
    await frame.locator("input[type=file]").setInputFiles({
      name: "dot.png",
      mimeType: "image/png",
      buffer: Buffer.from(dot, "base64"),
    });
    await frame.getByRole("list", { name: "Attached files" }).getByText("dot.png").waitFor();
    await frame.getByRole("button", { name: /^(Send|Queue)/ }).click();
    const picture = frame.getByTestId("transcript").getByRole("img", { name: "dot.png" });
    await expect
      .poll(() => picture.evaluate((each) => (each as HTMLImageElement).naturalWidth), { timeout: 20_000 })
      .toBe(10);

    // A reload shows the same session, and a key works before anything was clicked.
    await expect.poll(() => [...shared.places.values()]).toEqual([`/s/${session.id}`]);
    await page.reload();
    await frame.getByRole("button", { name: /^Session: Made outside/ }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("IFRAME");
    await page.keyboard.press("Control+k");
    await frame.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");

    // No window can be opened from here: the surrounding page is asked to open its own addresses, and any other address
    // is offered for copying.
    await frame.locator("body").evaluate((body) => {
      const link = (text: string, key: string | null) => {
        const each = Object.assign(document.createElement("a"), { href: "http://example.test/x", target: "_blank" });
        each.textContent = text;
        if (key !== null) each.dataset.gatewayKey = key;
        body.prepend(each);
      };
      link("to the gateway", "agent:main:main");
      link("to elsewhere", null);
    });
    const asked = page.evaluate(
      () => new Promise((resolve) => addEventListener("message", ({ data }) => resolve(data), { once: true })),
    );
    await frame.getByText("to the gateway").dispatchEvent("click");
    expect(await asked).toEqual({ type: "openclaw-plugin-session-open", sessionKey: "agent:main:main" });
    await frame.getByText("to elsewhere").dispatchEvent("click");
    await frame.getByText("can't open other pages: http://example.test/x").waitFor();
    await frame.getByRole("button", { name: "Copy the address" }).waitFor();

    expect(complaints).toEqual([]);
    expect(addresses.some((url) => url.startsWith("ws"))).toBe(true);
    expect(addresses.filter((url) => url.includes(reef.token) || /token/i.test(new URL(url).search))).toEqual([]);
    await page.close();
  });
});

/** Gives everyone the tab's page, and leaves the rest to the plugin. */
async function openGateway(reef: ReefProcess): Promise<Server> {
  const routes: HostRoute[] = [];
  const host: Host = {
    registrationMode: "full",
    logger: { info: () => undefined, warn: () => undefined },
    registerTool: () => undefined,
    on: () => undefined,
    registerService: () => undefined,
    registerHttpRoute: (route) => void routes.push(route),
    session: { controls: { registerControlUiDescriptor: () => undefined } },
  };
  registerConsole(host, {
    reef: createReef({ url: reef.url, gatewayId: "gtw_x" }, { REEF_TOKEN: reef.token }),
    shared,
  });
  const find = (url = "/") => routes.find(({ path }) => url.split("?", 1)[0] === path || url.startsWith(`${path}/`));
  const server = createServer((request, response) => {
    const route = find(request.url);
    if (route !== undefined) void route.handler(request, response);
    else if (request.url === "/") response.setHeader("content-type", "text/html").end(around);
    else response.writeHead(request.url?.startsWith("/favicon") ? 204 : 404).end();
  });
  server.on("upgrade", (request, socket, head) => void find(request.url)?.handleUpgrade?.(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
