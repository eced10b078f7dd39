import { expect, test } from "vitest";
import { isOtherPage } from "./page-version.ts";

const page = (script: string): string =>
  `<body><div id="root"></div><script type="module" src="${script}"></script></body>`;

test("a page is old once the server names another script", () => {
  expect(isOtherPage(page("/assets/index-A.js"), "/assets/index-A.js")).toBe(false);
  expect(isOtherPage(page("/assets/index-B.js"), "/assets/index-A.js")).toBe(true);
});

test("a page of a proxy or of a login is no newer Reef", () => {
  expect(isOtherPage("<h1>502 Bad Gateway</h1>", "/assets/index-A.js")).toBe(false);
  expect(isOtherPage("", "/assets/index-A.js")).toBe(false);
});
