import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanFileName, maxNameLength } from "./file-name.ts";

const anyText = fc.string({ unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)), maxLength: 400 });
const clean = (name: string) => cleanFileName(name, "file");

describe("the name of a file", () => {
  it("MB11: is a name, whatever path it came with", () => {
    for (const given of [
      "../../etc/passwd",
      "/etc/passwd",
      "C:\\Users\\me\\passwd",
      "a/../passwd/",
      "./passwd",
      "passwd/.",
    ])
      expect(clean(given)).toBe("passwd");
    for (const given of ["", ".", "..", "../..", "/", "\\", " . ", "\u0000", "\u202e", "\u200d"])
      expect(clean(given)).toBe("file");
  });

  it("MB11: is one line without anything that hides or reverses what is read", () => {
    expect(clean("in\r\nvoice\t2026\u2028.pdf")).toBe("in voice 2026 .pdf");
    expect(clean("photo\u202egnp.exe")).toBe("photognp.exe");
    expect(clean("\u2066a\u2069\u200b\ufeff\u00ad\u061c.txt")).toBe("a.txt");
    expect(clean("nul\u0000l.png")).toBe("null.png");
    expect(clean("\ud800half.png")).toBe("\ufffdhalf.png");
    expect(clean("tag\u{e0041}\u{e0042}.png")).toBe("tag.png");
  });

  it("keeps the letters of every script, and emoji that are joined", () => {
    for (const name of [
      "Übergabe.pdf",
      "会议记录.docx",
      "می‌خواهم.txt",
      "👨‍👩‍👧 photo.jpg",
      "a “b” 'c'.md",
      ".gitignore",
      "x.tar.gz",
    ])
      expect(clean(name)).toBe(name);
    expect(clean("Ame\u0301lie.pdf")).toBe("Amélie.pdf");
  });

  it("has at most 200 letters, and loses the middle, not its ending", () => {
    const long = clean(`${"x".repeat(10_000)}.tar.gz`);
    expect(long).toHaveLength(maxNameLength);
    expect(long).toMatch(/^x+….gz$/);
    const emoji = clean(`${"😀".repeat(5_000)}.png`);
    expect(emoji.length).toBeLessThanOrEqual(maxNameLength);
    expect(emoji.isWellFormed()).toBe(true);
    expect(emoji).toMatch(/😀….png$/u);
    expect(clean(`a.${"b".repeat(500)}`)).toHaveLength(maxNameLength);
  });

  it("is bounded, one line, well formed and cleaned once and for all, whatever is given", () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const name = clean(given);
        expect(name.length).toBeGreaterThan(0);
        expect(name.length).toBeLessThanOrEqual(maxNameLength);
        expect(name.isWellFormed()).toBe(true);
        expect(name).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}/\\\u202a-\u202e\u2066-\u2069]/u);
        expect(clean(name)).toBe(name);
      }),
    );
  });
});
