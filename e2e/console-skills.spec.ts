/** Tests the skills in a real browser: creating, editing, importing and deleting them, and which bots have them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipOf } from "@reef/server/testing/zip-file";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const phone = { width: 390, height: 844 };

function markdown(name: string, description: string): string {
  return `---\nname: ${name}\ndescription: ${description}\n---\n\nDo it well.\n`;
}

describe("console: skills", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("SK2: a skill is created, edited, given to a bot and deleted", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const bots = await Promise.all(["Coral", "Kelp"].map((name) => client.createBot({ name })));
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: "Show the skills" }).click();
    await page.getByText("No skills yet").waitFor();
    await page.getByRole("button", { name: "New skill" }).click();
    const dialog = page.getByRole("dialog", { name: "New skill" });
    await dialog.getByLabel("Name").fill("tide-tables");
    await dialog.getByLabel("Description").fill('Reads "tide tables": and more');
    await dialog.getByLabel("Instructions").fill("# Tides\n\nLook it up.");
    await dialog.getByRole("checkbox", { name: "All bots have it" }).uncheck();
    await dialog.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "tide-tables" }).waitFor();
    const editor = page.getByRole("textbox", { name: "SKILL.md" });
    expect(await editor.inputValue()).toContain("Look it up.");

    await editor.fill("no front matter");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page
      .getByRole("alert")
      .getByText(/does not begin with front matter/)
      .waitFor();
    await page.getByRole("button", { name: "Discard" }).click();
    await editor.fill(markdown("tide-tables", "Reads tides."));
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Reads tides.", { exact: true }).waitFor();
    await page.getByLabel("Path of a new file").fill("data/brest.csv");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("textbox", { name: "data/brest.csv" }).fill("03:12,6.4");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const [skill] = (await client.skills()).items;
    await expect
      .poll(async () => skill && (await client.skill(skill.id)).contents["data/brest.csv"])
      .toEqual({ text: "03:12,6.4" });

    await page.getByRole("list", { name: "Bots that can have it" }).getByText("Kelp").click();
    await expect.poll(async () => (await client.skills()).items[0]?.onFor).toEqual([bots[1]?.id]);
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("skill");
    await page.setViewportSize(phone);
    await open.screenshot("skill-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width);
    await page.getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("No skills yet").waitFor();
    expect(open.complaints.filter((each) => !each.includes("400"))).toEqual([]);
  });

  test("SE6: a folder is previewed before it is imported, with what is left out", async () => {
    await using reef = await startReef();
    const folder = join(reef.folder, "import", "skills");
    for (const [name, text] of [
      [
        "brew",
        markdown(
          "brew",
          "Brews tea, and coffee where there is no tea. Use it in the morning, and whenever a person asks.",
        ),
      ],
      ["tidy", markdown("tidy", "Tidies up.")],
      ["broken", "nothing"],
    ] as const) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "SKILL.md"), text);
    }
    for (const colorScheme of ["light", "dark"] as const) {
      await using open = await openConsole(browser, reef, { colorScheme });
      const { page } = open;
      await page.goto(`${reef.url}/skills`);
      await page.getByRole("button", { name: "Import…" }).click();
      const dialog = page.getByRole("dialog", { name: "Import skills" });
      await dialog.getByLabel("A folder").check();
      await dialog.getByLabel("Folder", { exact: true }).fill(folder);
      await dialog.getByRole("button", { name: "Preview" }).click();
      const report = dialog.getByRole("list", { name: "What would be imported" });
      await report.getByText(/does not begin with front matter/).waitFor();
      await open.screenshot(`skills-import-${colorScheme}`);
      if (colorScheme === "light") {
        expect((await reef.client.skills()).items).toEqual([]);
        await dialog.getByRole("button", { name: "Import" }).click();
        await page.getByRole("list", { name: "Skills" }).getByText("brew", { exact: true }).waitFor();
      } else {
        await report.getByText("Unchanged").first().waitFor();
        await dialog.getByRole("button", { name: "Cancel" }).click();
      }
      await page.getByRole("button", { name: "Import…" }).click();
      await dialog.getByLabel("Zip file", { exact: true }).setInputFiles({
        name: `knots-${colorScheme}.zip`,
        mimeType: "application/zip",
        buffer: zipOf([
          { name: `knots/SKILL.md`, text: markdown(`knots-${colorScheme}`, "Ties knots.") },
          { name: "knots/link", text: "/etc/passwd", mode: 0o120777 },
        ]),
      });
      await dialog.getByRole("button", { name: "Preview" }).click();
      await report.getByText(/a symbolic link: not followed/).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await open.screenshot(`skills-zip-${colorScheme}`);
      await page.setViewportSize(phone);
      await open.screenshot(`skills-zip-phone-${colorScheme}`);
      await page.setViewportSize({ width: 1280, height: 900 });
      await dialog.getByRole("button", { name: "Import", exact: true }).click();
      await page.getByRole("list", { name: "Skills" }).getByText(`knots-${colorScheme}`, { exact: true }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await open.screenshot(`skills-${colorScheme}`);
      await page.setViewportSize(phone);
      await open.screenshot(`skills-phone-${colorScheme}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width);
    }
  });
});
