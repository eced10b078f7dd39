/** Tests that docs/tour.md names only files that exist, and names that are in them. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../stamp.mjs";

const tour = readFileSync(join(root, "docs/tour.md"), "utf8");
const linksIn = (text: string) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, to = ""]) => join(root, "docs", to));
const isFile = (path: string) => existsSync(path) && statSync(path).isFile();

test("every file and folder that the tour links is there", () => {
  const links = linksIn(tour);
  expect(links.length).toBeGreaterThan(25);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});

test("what a row of the tour tells to look for is in a file of that row", () => {
  const rows = tour.split("\n").filter((line) => line.startsWith("| ") && linksIn(line).length > 0);
  const names = rows.flatMap((row) => {
    const [, where = "", wanted = ""] = row.split("|");
    const texts = linksIn(where)
      .filter(isFile)
      .map((path) => readFileSync(path, "utf8"));
    return [...wanted.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => ({
      name,
      isThere: texts.some((text) => text.includes(name)),
    }));
  });
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter(({ isThere }) => !isThere)).toEqual([]);
});
