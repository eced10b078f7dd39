/** Tests which repeated parts of our keys are removed, and which text must stay. */
import { expect, test } from "vitest";
import { strikeKeys } from "./strike-keys.ts";

const key = "zz-Tenant7-S3cretKey/+4f9aQ==tail";
const bytes = Buffer.from(key);
const echoes: readonly string[] = [
  key,
  key.toUpperCase(),
  encodeURIComponent(key),
  encodeURIComponent(key).toLowerCase(),
  bytes.toString("base64"),
  bytes.toString("base64url"),
  bytes.toString("hex"),
  bytes.toString("hex").toUpperCase(),
  Buffer.from(`user:${key}`).toString("base64"),
  Buffer.from(`Bearer ${key}`).toString("base64"),
  `${key.slice(0, 16)}" + "${key.slice(16)}`,
  `${key.slice(0, 18)}…${key.slice(-14)}`,
  `${key.slice(0, 5)}\n${key.slice(5, 20)} ${key.slice(20)}`,
  key.slice(3, 25),
];

test.each(echoes)("SE5: a key is struck as its server repeats it: %s", (echo) => {
  const said = strikeKeys(`the key ${echo} is wrong`, { apiKey: key });
  expect(said).toMatch(/^the key .*\[key\].* is wrong$/s);
  const left = said.replaceAll("[key]", "").replace(/^the key | is wrong$/g, "");
  expect(left.length).toBeLessThan(12);
});

test("SE5: words that only resemble a key stay, and so does a header that holds ordinary words", () => {
  const headers = { "x-site": "https://reef.example/home", authorization: "Bearer tenant-token-0123456789" };
  const said = "see https://reef.example/docs; tenants of tier 0123 may not; an empty body";
  expect(strikeKeys(said, { apiKey: "EMPTY", headers })).toBe(said);
  expect(strikeKeys("bad token-0123456789", { headers })).toBe("bad [key]");
});

test("SE5: a key as long as a key may be is struck without delay", () => {
  const long = Array.from({ length: 2_000 }, (_, n) => n.toString(36).padStart(5, "x")).join("");
  const said = strikeKeys(`${"word ".repeat(800)}${long.slice(500, 540)}`, { apiKey: long });
  expect(said).toBe(`${"word ".repeat(800)}[key]`);
});

test("SE5: of a text without an end only the beginning is looked at", () => {
  const said = strikeKeys(`${key} ${"word ".repeat(2_000_000)}`, { apiKey: key });
  expect(said.startsWith("[key] word")).toBe(true);
  expect(said.length).toBeLessThan(25_000);
});
