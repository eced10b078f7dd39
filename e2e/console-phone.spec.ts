/**
 * Tests a phone: every screen fits at 390 and at 360 pixels, targets are large enough for a thumb, and sessions follow
 * a swipe.
 */
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const long = "A title that is a good deal longer than any phone is wide, and goes on a little after that";

describe("a phone", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test.each([360, 390])("nothing is off the edge of any screen at %i pixels", async (width) => {
    await using reef = await startReef();
    const { client } = reef;
    const bot = await client.createBot({ name: "Documentation Research Specialist", role: long, runtime: "demo" });
    const other = await client.createBot({ name: "Ben", runtime: "demo" });
    const topic = await client.createTopic({ name: "A topic with quite a long name" });
    const session = await client.createSession({ botId: bot.id, title: long, topicId: topic.id });
    const asking = await client.createSession({ botId: other.id, title: "asking" });
    const failing = await client.createSession({ botId: other.id, title: "failing" });
    await client.sendMessage(session.id, { text: `echo ${long} ${"unbroken".repeat(20)}\nlist\nsend asking: ${long}` });
    await client.sendMessage(asking.id, { text: `ask ${long}? | The first of the options | Second | Third` });
    await client.sendMessage(failing.id, { text: `fail ${long}` });
    await client.createSchedule({
      sessionId: session.id,
      name: long,
      text: long,
      timing: { kind: "every", seconds: 3600 },
    });
    await client.archiveSession((await client.createSession({ botId: other.id, title: long })).id);
    await expect.poll(async () => (await client.session(failing.id)).status).toBe("failed");
    await expect.poll(async () => (await client.session(asking.id)).status).toBe("needs_you");

    const view = { viewport: { width, height: 740 }, hasTouch: true, isMobile: true };
    await using open = await openConsole(browser, reef, view);
    const { page } = open;
    const tabs = page.getByRole("navigation", { name: "Main" });
    await tabs.getByRole("link", { name: /Home/ }).getByRole("img", { name: "1 needs you" }).waitFor();
    const paths = [
      "/",
      "/sessions",
      "/more",
      "/bots",
      "/activity",
      "/messages",
      "/messages?view=dead",
      "/messages?view=links",
      "/schedules",
      "/spend",
      "/tasks",
      "/providers",
      "/gateways",
      "/gateways/import",
      "/archived",
      "/settings",
      `/s/${session.id}`,
      `/s/${asking.id}`,
    ];
    const problems: string[] = [];
    for (const path of paths) {
      await page.goto(`${reef.url}${path}`);
      const shown = path === "/sessions" ? page.getByRole("navigation", { name: "Sessions" }) : page.getByRole("main");
      await shown.first().waitFor();
      await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
      await page.waitForLoadState("networkidle").catch(() => undefined);
      await open.screenshot(`phone-${width}${path.replace(/\W+/g, "-").slice(0, 24)}`);
      problems.push(...(await edgesOf(page)).map((problem) => `${path}: ${problem}`));
      problems.push(...(await smallTargetsOf(page)).map((problem) => `${path}: ${problem}`));
      if (!path.startsWith("/s/")) {
        for (const tab of await tabs.getByRole("link").all()) {
          const box = await tab.boundingBox();
          expect(Math.min(box?.width ?? 0, box?.height ?? 0), path).toBeGreaterThanOrEqual(44);
        }
      }
    }
    expect(problems).toEqual([]);
    expect(open.complaints).toEqual([]);
  });

  test("a swipe leads to the next session and back, and leaves a code block its own scrolling", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const bot = await client.createBot({ name: "Ada", runtime: "demo" });
    const sessions = [];
    for (const title of ["three", "two", "one"]) sessions.unshift(await client.createSession({ botId: bot.id, title }));
    const [one, two] = sessions.map(({ id }) => id);
    const code = `\`\`\`\n${"a line of code that is wider than a phone ".repeat(5)}\n\`\`\``;
    await client.sendMessage(one!, { text: `echo ${code.replaceAll("\n", "\\n")}` });
    await using open = await openConsole(browser, reef, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    const { page } = open;
    await page.goto(`${reef.url}/s/${one}`);
    await open.composer.waitFor();
    const touch = await page.context().newCDPSession(page);
    // The listener loads beside the page: the first swipes may come before it.
    await expect
      .poll(
        async () => {
          if (open.activeId() === one) await swipe(touch, { from: 320, to: 90, y: 400 });
          return open.activeId();
        },
        { interval: 500, timeout: 20_000 },
      )
      .toBe(two);
    await open.composer.waitFor();
    await swipe(touch, { from: 90, to: 320, y: 400 });
    await expect.poll(() => open.activeId()).toBe(one);
    // A vertical swipe scrolls.
    await swipe(touch, { from: 200, to: 230, y: 500, toY: 200 });
    expect(open.activeId()).toBe(one);
    const block = page.getByRole("log").locator("pre").filter({ hasText: "a line of code" }).first();
    if ((await block.count()) > 0) {
      const box = await block.boundingBox();
      await swipe(touch, { from: 320, to: 90, y: (box?.y ?? 0) + 20 });
      expect(open.activeId()).toBe(one);
    }
    expect(open.complaints).toEqual([]);
  });
});

async function swipe(
  touch: CDPSession,
  { from, to, y, toY = y }: { readonly from: number; readonly to: number; readonly y: number; readonly toY?: number },
): Promise<void> {
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: from, y }] });
  for (let part = 1; part <= 5; part++) {
    const point = { x: from + ((to - from) * part) / 5, y: y + ((toY - y) * part) / 5 };
    await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [point] });
  }
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** Lists what extends over the edge, or scrolls sideways without being designed to. */
function edgesOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const width = innerWidth;
    const problems: string[] = [];
    const nameOf = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} “${(element.textContent ?? "").trim().slice(0, 40)}”`;
    const isHidden = (element: Element): boolean => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { clipPath, visibility, display, opacity } = getComputedStyle(at);
        if (clipPath !== "none" || visibility === "hidden" || display === "none" || opacity === "0") return true;
      }
      return false;
    };
    /** True if the element, or one around it, is designed to scroll sideways, or cuts with an ellipsis. */
    const mayBeCut = (element: Element): boolean => {
      for (let at: Element | null = element.parentElement; at; at = at.parentElement) {
        const { overflowX, textOverflow } = getComputedStyle(at);
        if ((overflowX === "auto" || overflowX === "scroll") && at.scrollWidth > at.clientWidth)
          return scrollsByDesign(at);
        if (textOverflow === "ellipsis" || at.tagName === "svg") return true;
      }
      return false;
    };
    const scrollsByDesign = (box: Element): boolean =>
      box.matches("pre, pre *, table, [role=log] *, [data-scrolls-sideways]") || box.querySelector("canvas") !== null;
    if (document.documentElement.scrollWidth > width)
      problems.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const element of document.querySelectorAll("body *")) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || isHidden(element)) continue;
      if ((box.right > width + 1 || box.left < -1) && !mayBeCut(element)) {
        problems.push(`${nameOf(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)}`);
      }
      const { overflowX } = getComputedStyle(element);
      if ((overflowX === "auto" || overflowX === "scroll") && element.scrollWidth > element.clientWidth + 1) {
        if (!scrollsByDesign(element)) problems.push(`${nameOf(element)} scrolls sideways`);
      }
    }
    return problems.slice(0, 8);
  });
}

/** Lists the targets that a thumb would miss: under 44 pixels, except in a sentence or a transcript. */
function smallTargetsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    for (const target of document.querySelectorAll("a[href], button, select, input, summary")) {
      const own = target.getBoundingClientRect();
      const { display, visibility } = getComputedStyle(target);
      if (own.width === 0 || own.height === 0 || display === "inline" || visibility === "hidden") continue;
      if (target.closest("[role=log], footer")) continue;
      // A label is part of the control it labels.
      const box = (target.closest("label") ?? target).getBoundingClientRect();
      const [width, height] = [Math.max(own.width, box.width), Math.max(own.height, box.height)];
      if (width >= 43.5 && height >= 43.5) continue;
      const name = target.getAttribute("aria-label") ?? target.textContent ?? "";
      const line = `${target.tagName.toLowerCase()}.${target.getAttribute("class") ?? ""} “${name.trim().slice(0, 30)}” is ${Math.round(width)} × ${Math.round(height)}`;
      if (!problems.includes(line)) problems.push(line);
    }
    return problems.slice(0, 12);
  });
}
