/** Tests model providers in a real browser: from an empty folder to a first answer, and every way that can fail. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort } from "@reef/runtimes/testing/free-port";
import { call, type ModelRequest, type Script, type ScriptFunction, say } from "@reef/runtimes/testing/model-script";
import { type ModelServer, startModelServer } from "@reef/runtimes/testing/model-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { type ConsolePage, launchBrowser, openConsole } from "./support/console-page.ts";
import { type ReefProcess, startReef } from "./support/reef-process.ts";

const key = "sk-right-0123456789-abcdef";
const alone = { REEF_OLLAMA_URL: "off" };

/** A model that uses a tool when it has one, and otherwise answers in words. */
function ableModel({ lastUser, tools }: ModelRequest): Script {
  if (tools.includes("report_number")) return call("report_number", { number: 7 });
  if (/colour is this square/.test(lastUser)) return say("Red.");
  return say(/hello/i.test(lastUser) ? "Hello from the model." : "OK");
}

const startProvider = (script: ScriptFunction = ableModel) => startModelServer({ apiKey: key, script });

describe("console: providers", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("a fresh folder asks for a model first: a key, a test, a model, a bot, and its first answer", async () => {
    await using provider = await startProvider();
    await using reef = await startReef({ env: alone });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("heading", { name: "Choose a model provider" }).waitFor();
    const offers = page.getByRole("list", { name: "Providers" });
    expect(
      await offers.getByRole("link", { name: /Get a key from console\.anthropic\.com/ }).getAttribute("href"),
    ).toBe("https://console.anthropic.com/settings/keys");
    await offers.getByText("on this machine").first().waitFor();
    await open.screenshot("providers-offers");
    // Copied with surrounding spaces, as keys often are.
    await connect(page, { baseUrl: `${provider.url}/v1`, key: ` ${key} ` });
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await resultOf(page, "text", "ok");
    await resultOf(page, "tool", "ok");
    await open.screenshot("providers-tested");
    expect((await reef.client.providers()).items).toEqual([]);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect.poll(() => page.getByRole("combobox", { name: "Default model" }).inputValue()).toBe("custom/scripted");
    await page.getByRole("button", { name: "Save and create a bot" }).click();
    await page.getByRole("dialog", { name: "New bot" }).getByLabel("Name").fill("Ada");
    await open.screenshot("providers-new-bot");
    await page.getByRole("button", { name: "Create bot" }).click();
    await open.composer.waitFor();
    await expect.poll(() => open.composer.evaluate((box) => box === document.activeElement)).toBe(true);
    await page.keyboard.type("Hello there");
    await page.keyboard.press("Enter");
    await open.transcript.getByText("Hello from the model.").waitFor();

    expect(await reef.client.modelDefaults()).toMatchObject({ chat: "custom/scripted" });
    expect((await reef.client.secrets()).items).toMatchObject([{ name: "custom", origin: provider.url }]);
    expect((await reef.client.bots()).items).toMatchObject([{ name: "Ada", runtime: "loop", model: null }]);
    expect(await tracesOf(page, key)).toEqual([]);
    expect(reef.errors).not.toContain(key);
    expect(open.complaints).toEqual([]);
  });

  test("a wrong key, a dead address and one without /v1 each say what is wrong, and nothing is saved until it works", async () => {
    await using provider = await startProvider();
    await using reef = await startReef({ env: alone });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const dead = `http://127.0.0.1:${await freePort()}/v1`;
    await connect(page, { baseUrl: dead, key: "sk-wrong" });
    const test = page.getByRole("button", { name: /^Test/ });
    await test.click();
    await page.getByText("Couldn't reach this address").waitFor();
    await resultOf(page, "address", "failed");
    await resultOf(page, "text", "skipped");
    await open.screenshot("providers-unreachable");
    await page.getByLabel("Address").fill(`${provider.url}/v1`);
    await expect.poll(() => page.getByRole("region", { name: "Test" }).count()).toBe(0);
    await test.click();
    await page.getByText("This key doesn't work").waitFor();
    await resultOf(page, "models", "failed");
    await open.screenshot("providers-wrong-key");
    await page.getByLabel(/^API key/).fill(key);
    await page.getByLabel("Address").fill(provider.url);
    await test.click();
    await page.getByText(`A model server answers at ${provider.url}/v1`).waitFor();
    await page.getByRole("button", { name: "Use this address" }).click();
    expect(await page.getByLabel("Address").inputValue()).toBe(`${provider.url}/v1`);
    expect((await reef.client.providers()).items).toEqual([]);
    expect((await reef.client.secrets()).items).toEqual([]);
    await test.click();
    await page.getByText("It works").waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Choose a model", exact: true }).waitFor();
    expect((await reef.client.providers()).items).toMatchObject([{ baseUrl: `${provider.url}/v1`, hasKey: true }]);
    expect(open.complaints.filter((text) => !/400|404/.test(text))).toEqual([]);
  });

  test("each step of a test is there when it ends, Stop ends it at the provider too, and a website is called one", async () => {
    const textAsked = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await using provider = await startProvider(async (request) => {
      textAsked.resolve();
      await goOn.promise;
      return ableModel(request);
    });
    await using site = await startSite();
    await using reef = await startReef({ env: alone });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await connect(page, { baseUrl: `${provider.url}/v1`, key });
    const test = page.getByRole("button", { name: /^Test/ });
    await test.click();
    await textAsked.promise;
    await resultOf(page, "models", "ok");
    await resultOf(page, "text", "running");
    await resultOf(page, "tool", "waiting");
    await open.screenshot("providers-testing");
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await expect.poll(() => page.getByRole("region", { name: "Test" }).count()).toBe(0);
    await expect.poll(() => provider.stats().running).toBe(0);
    goOn.resolve();
    await test.click();
    await page.getByText("It works").waitFor();
    await page.getByLabel("Address").fill(`${site.url}/v1`);
    await test.click();
    await page.getByText("This isn't a model server").waitFor();
    expect(await page.getByText("most end in /v1").count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  test("a step that fails in the middle says what is saved, goes on from there, and going back leaves nothing behind", async () => {
    await using provider = await startProvider();
    await using reef = await startReef({ env: alone });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const refuse = () =>
      page.route("**/v1/providers", (route) =>
        route.request().method() === "POST" ? route.abort() : route.continue(),
      );
    await refuse();
    await connect(page, { baseUrl: `${provider.url}/v1`, key });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("The key is saved as “custom”, but the provider isn't saved yet").waitFor();
    expect(await page.getByLabel(/^API key/).inputValue()).toBe("");
    expect(await page.getByLabel("Address").inputValue()).toBe(`${provider.url}/v1`);
    await page.getByRole("button", { name: "Back" }).click();
    await expect.poll(async () => (await reef.client.secrets()).items).toEqual([]);
    await connect(page, { baseUrl: `${provider.url}/v1`, key });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("The key is saved as “custom”").waitFor();
    await page.unroute("**/v1/providers");
    // The saved key is the one tested and used now.
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText("It works").waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Choose a model", exact: true }).waitFor();
    expect((await reef.client.secrets()).items).toMatchObject([{ name: "custom", usedBy: ["provider custom"] }]);
    expect(open.complaints).toEqual([]);
  });

  test("a model server that was found on this machine is used with one click", async () => {
    await using provider = await startModelServer({ script: ableModel });
    await using reef = await startReef({ env: alone });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    // A real server may use its usual port; only the discovery is simulated.
    const found = { kind: "lmstudio", title: "LM Studio", baseUrl: `${provider.url}/v1`, models: ["scripted"] };
    await page.route("**/v1/providers/found", (route) => route.fulfill({ json: { items: [found], next: null } }));
    await page.reload();
    await page.getByText("LM Studio is running here").waitFor();
    await open.screenshot("providers-found");
    await page.getByRole("button", { name: "Use LM Studio" }).click();
    await expect
      .poll(() => page.getByRole("combobox", { name: "Default model" }).inputValue())
      .toBe("lmstudio/scripted");
    await page.getByRole("button", { name: "Test this model" }).click();
    await resultOf(page, "tool", "ok");
    await page.getByRole("button", { name: "Save and create a bot" }).click();
    await page.getByRole("dialog", { name: "New bot" }).getByLabel("Name").fill("Local");
    await page.keyboard.press("Enter");
    await open.say("Hello");
    await open.transcript.getByText("Hello from the model.").waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("a model without tools says so in its test, in the picker and on its bot's page", async () => {
    await using provider = await startProvider(({ lastUser }) => say(/hello/i.test(lastUser) ? "Hello." : "OK"));
    await using reef = await startReef({ env: alone });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await connect(page, { baseUrl: `${provider.url}/v1`, key });
    await page.getByText("Advanced").click();
    await page.getByLabel("Send tools").selectOption("no");
    await page.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText("answers but doesn't use tools").waitFor();
    await resultOf(page, "tool", "no");
    await open.screenshot("providers-no-tools");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const picker = page.getByRole("combobox", { name: "Default model" });
    await picker.click();
    await page
      .getByRole("option", { name: /scripted/ })
      .getByText("no tools")
      .waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Save and create a bot" }).click();
    await page.getByRole("dialog", { name: "New bot" }).getByLabel("Name").fill("Talker");
    await page.keyboard.press("Enter");
    await open.composer.waitFor();
    await page.keyboard.press("Control+j");
    await page
      .getByRole("complementary", { name: "Model" })
      .getByText(/scripted can't use tools/)
      .waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("it is done by keyboard alone, from the first page to the composer", async () => {
    await using provider = await startProvider();
    await using reef = await startReef({ env: alone });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.locator("[data-offer=openai-compatible] button").waitFor();
    await tabTo(page, "[data-offer=openai-compatible] button");
    await page.keyboard.press("Enter");
    await expect.poll(() => focusedLabel(page)).toBe("Address");
    await page.keyboard.type(`${provider.url}/v1`);
    await page.keyboard.press("Tab");
    await page.keyboard.type(key);
    await page.keyboard.press("Enter");
    await page.getByText("It works").waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => focusedLabel(page)).toBe("Default model");
    await expect.poll(() => page.getByRole("combobox", { name: "Default model" }).inputValue()).toBe("custom/scripted");
    await page.keyboard.press("ArrowDown");
    await page.getByRole("option", { name: /scripted/ }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("option").count()).toBe(0);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "New bot" }).waitFor();
    await page.keyboard.type("Keys");
    await page.keyboard.press("Enter");
    await expect.poll(() => open.composer.evaluate((box) => box === document.activeElement)).toBe(true);
    expect(open.complaints).toEqual([]);
  });

  test("a demo bot says what it is on, and one click moves it to a model once there is one", async () => {
    await using provider = await startProvider();
    await using reef = await startReef({ env: alone });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("button", { name: "Try the demo bot first" }).click();
    await open.composer.waitFor();
    const line = page.getByRole("complementary", { name: "Model" }).first();
    await line.getByText("demo runtime, which isn't a language model").waitFor();
    await line.getByRole("link", { name: "Set up a model" }).waitFor();
    // A provider set up elsewhere appears here without a reload.
    await storeProvider(reef, provider);
    await line.getByRole("button", { name: "Switch to custom/scripted" }).click();
    await expect.poll(() => page.getByRole("complementary", { name: "Model" }).count()).toBe(0);
    await open.say("Hello again");
    await open.transcript.getByText("Hello from the model.").waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("the screen lists every provider with its source; a key is replaced, an address asks for it again, a used one stays", async () => {
    await using provider = await startProvider();
    await using other = await startProvider();
    await using reef = await startReef({ env: { ...alone, ANTHROPIC_API_KEY: "sk-ant-environment" } });
    const id = await storeProvider(reef, provider);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Providers" }).click();
    const environment = page.locator('[data-provider="anthropic"]');
    await environment.getByText("set by ANTHROPIC_API_KEY").waitFor();
    expect(await environment.getByRole("button", { name: /^Actions/ }).count()).toBe(0);
    const card = page.locator('[data-provider="custom"]');
    await card.getByText("key “custom”").waitFor();
    await card.getByText("1 model").waitFor();
    await card.getByRole("button", { name: "Test", exact: true }).click();
    await resultOf(page, "tool", "ok");
    await open.screenshot("providers-screen");

    await choose(page, "Edit…");
    const dialog = page.getByRole("dialog", { name: "Edit custom" });
    const field = dialog.getByLabel(/^API key/);
    expect(await field.inputValue()).toBe("");
    expect(await field.getAttribute("type")).toBe("password");
    await field.fill("sk-typed-wrong");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    await card.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByText("This key doesn't work").waitFor();
    expect(await tracesOf(page, "sk-typed-wrong")).toEqual([]);

    await choose(page, "Edit…");
    await dialog.getByLabel("Address").fill(`${other.url}/v1`);
    await dialog.getByText(`The saved key is only for ${provider.url}`).waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    expect(await field.evaluate((input) => (input as HTMLInputElement).validity.valueMissing)).toBe(true);
    await field.fill(key);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect((await reef.client.provider(id)).baseUrl).toBe(`${other.url}/v1`);
    expect((await reef.client.secrets()).items.map(({ name }) => name)).toEqual(["custom-2"]);
    expect(provider.requests().every(({ headers }) => !String(headers.authorization).includes("sk-typed-wrong"))).toBe(
      true,
    );

    const bot = await reef.client.createBot({ name: "Holder", model: "custom/scripted" });
    await choose(page, "Delete…");
    const deletion = page.getByRole("dialog", { name: "Delete custom" });
    await deletion.getByText(/1 bot uses its models: Holder/).waitFor();
    expect(await deletion.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    await reef.client.deleteBot(bot.id);
    await deletion.getByRole("button", { name: "Delete" }).click();
    await page.getByText("custom was deleted").waitFor();
    expect((await reef.client.secrets()).items).toEqual([]);
    expect(open.complaints.filter((text) => !/409/.test(text))).toEqual([]);
  });

  test("the focus begins at what comes first, and comes back to what was open before", async () => {
    await using provider = await startProvider();
    await using reef = await startReef({ env: alone });
    await storeProvider(reef, provider);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.goto(`${reef.url}/providers`);
    await page.getByRole("button", { name: "Add a provider" }).click();
    const focusedOffer = () =>
      page.evaluate(() => document.activeElement?.closest("[data-offer]")?.getAttribute("data-offer"));
    await expect.poll(focusedOffer).toBe("openai");
    await page.locator("[data-offer=mistral] button").press("Enter");
    await expect.poll(() => focusedLabel(page)).toBe("API key");
    await page.getByRole("button", { name: "Back" }).press("Enter");
    await expect.poll(focusedOffer).toBe("mistral");
    await page.keyboard.press("Escape");
    await choose(page, "Edit…");
    await expect.poll(() => focusedLabel(page)).toBe("Name");
    expect(open.complaints).toEqual([]);
  });

  test("a default is chosen in the picker, an id that no list has can be typed, and a provider that is away is told of with Retry", async () => {
    await using provider = await startProvider();
    await using reef = await startReef({ env: alone });
    await storeProvider(reef, provider);
    const away = await reef.client.createProvider({
      name: "away",
      kind: "openai-compatible",
      baseUrl: `http://127.0.0.1:${await freePort()}/v1`,
    });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    const review = page.getByRole("combobox", { name: "Memory review" });
    await review.waitFor();
    expect(await review.getAttribute("placeholder")).toBe("Each bot's own model");
    await review.click();
    await page
      .getByRole("note")
      .getByText(/^away couldn't be reached/)
      .waitFor();
    // By Tab, Retry is within reach, and Escape returns to the field.
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLElement).innerText)).toBe("Retry");
    await page.keyboard.press("Escape");
    await expect.poll(() => focusedLabel(page)).toBe("Memory review");
    await review.click();
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByRole("option", { name: /scripted/ }).click();
    await page.getByText("Memory review: saved").waitFor();
    await page.getByRole("combobox", { name: "Chat" }).click();
    await page.keyboard.type("custom/not-listed");
    await page.getByRole("option", { name: /Use “custom\/not-listed”/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Chat: saved").waitFor();
    expect(await reef.client.modelDefaults()).toMatchObject({
      chat: "custom/not-listed",
      consolidation: "custom/scripted",
    });
    // Disabled elsewhere: the screen shows it without a reload.
    await reef.client.changeProvider(away.id, { enabled: false });
    await page.locator('[data-provider="away"]').getByText("disabled").waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("nothing is wider than a phone, and axe finds nothing serious, in light and dark", async () => {
    await using provider = await startProvider();
    await using reef = await startReef({ env: alone });
    for (const colorScheme of ["light", "dark"] as const) {
      await using open = await openConsole(browser, reef, { viewport: { width: 390, height: 844 }, colorScheme });
      const { page } = open;
      const look = async (name: string) => {
        await open.screenshot(`providers-phone-${colorScheme}-${name}`);
        expect(await widthOver(page), name).toBe(0);
        expect(await seriousFindings(page), name).toEqual([]);
      };
      await page.locator("[data-offer]").first().waitFor();
      await look("offers");
      await connect(page, { baseUrl: `http://127.0.0.1:${await freePort()}/v1`, key: "sk-wrong" });
      await page.getByText("Advanced").click();
      await page.getByRole("button", { name: "Add a price" }).click();
      await page.getByRole("button", { name: "Test", exact: true }).click();
      await page.getByText("Couldn't reach this address").waitFor();
      await look("failed");
    }
    await storeProvider(reef, provider);
    for (const colorScheme of ["light", "dark"] as const) {
      await using open = await openConsole(browser, reef, { viewport: { width: 390, height: 844 }, colorScheme });
      const { page } = open;
      await page.goto(`${reef.url}/providers`);
      await page.getByRole("combobox", { name: "Chat" }).click();
      await page.getByRole("option").first().waitFor();
      expect(await widthOver(page)).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await choose(page, "Edit…");
      await page.getByRole("dialog", { name: "Edit custom" }).waitFor();
      await open.screenshot(`providers-phone-${colorScheme}-edit`);
      expect(await widthOver(page)).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
    }
  });
});

/** Fills the form, from the choice of a provider on. */
async function connect(
  page: Page,
  { baseUrl, key }: { readonly baseUrl: string; readonly key: string },
): Promise<void> {
  await page.locator("[data-offer=openai-compatible] button").click();
  await page.getByLabel("Address").fill(baseUrl);
  await page.getByLabel(/^API key/).fill(key);
}

/** Starts a website, as found at many an address that was meant for a model server. */
async function startSite(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><title>Welcome</title><h1>My website</h1>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function resultOf(page: Page, what: string, result: string): Promise<void> {
  await page.locator(`[data-step="${what}"][data-result="${result}"]`).waitFor();
}

async function storeProvider(reef: ReefProcess, { url }: ModelServer): Promise<string> {
  await reef.client.putSecret("custom", { value: key, origin: url });
  const { id } = await reef.client.createProvider({
    name: "custom",
    kind: "openai-compatible",
    baseUrl: `${url}/v1`,
    secret: "custom",
  });
  return id;
}

async function choose(page: Page, label: string): Promise<void> {
  await page.getByRole("button", { name: "Actions for custom" }).click();
  await page.getByRole("menuitem", { name: label }).click();
}

/** Lists where the page keeps a text: its storage, its address, its elements and its input fields. */
async function tracesOf(page: ConsolePage["page"], text: string): Promise<readonly string[]> {
  return await page.evaluate(async (sought) => {
    const places: Record<string, string> = {
      address: location.href,
      elements: document.documentElement.outerHTML,
      fields: [...document.querySelectorAll("input, textarea")]
        .map((field) => (field as HTMLInputElement).value)
        .join(),
      local: JSON.stringify({ ...localStorage }),
      session: JSON.stringify({ ...sessionStorage }),
      history: JSON.stringify(history.state),
      cookies: document.cookie,
      databases: JSON.stringify(await indexedDB.databases()),
    };
    return Object.keys(places).filter((place) => places[place]?.includes(sought));
  }, text);
}

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`${selector} was not reached by Tab.`);
}

async function focusedLabel(page: Page): Promise<string> {
  return await page.evaluate(
    () => (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.innerText.split("\n")[0] ?? "",
  );
}

/** Returns by how many pixels anything is wider than its container. */
async function widthOver(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const places = [document.documentElement, ...document.querySelectorAll<HTMLElement>("main, dialog[open]")];
    return Math.max(...places.map((place) => place.scrollWidth - place.clientWidth));
  });
}
