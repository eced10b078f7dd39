import { expect, test } from "vitest";
import { matchPath, toHref } from "./router-path.ts";

test("an address gives the values of its pattern, and none when it does not fit", () => {
  expect(matchPath("/", "/")).toEqual({});
  expect(matchPath("/s/$sessionId", "/s/ses_1")).toEqual({ sessionId: "ses_1" });
  expect(matchPath("/s/$sessionId", "/s/ses_1/")).toEqual({ sessionId: "ses_1" });
  expect(matchPath("/s/$sessionId", "/s")).toBeNull();
  expect(matchPath("/s/$sessionId", "/s/ses_1/more")).toBeNull();
  expect(matchPath("/bots", "/activity")).toBeNull();
  expect(matchPath("/s/$sessionId", "/s/%E0%A4%A")).toBeNull();
});

test("what is written is read back, whatever it holds", () => {
  for (const sessionId of ["ses_1", "a b", "ä/ö", "100%", "#?&"]) {
    const href = toHref({ to: "/s/$sessionId", params: { sessionId } });
    expect(matchPath("/s/$sessionId", new URL(href, "http://reef").pathname)).toEqual({ sessionId });
  }
  const href = toHref({ to: "/s/$id", params: { id: "x" }, search: { q: "a&b" }, hash: "e5" });
  expect(href).toBe("/s/x?q=a%26b#e5");
  expect(() => toHref({ to: "/s/$sessionId" })).toThrow("sessionId");
});
