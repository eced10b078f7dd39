import { expect, test } from "vitest";
import { makeFile } from "../../testing/nouns.ts";
import { boxOfPicture, heightOfFiles } from "./thumbnail-size.ts";

test("a picture keeps its shape within its box, and odd sizes never make an odd box", () => {
  expect(boxOfPicture({ width: 1600, height: 800 })).toEqual({ widthPx: 320, heightPx: 160 });
  expect(boxOfPicture({ width: 800, height: 1600 })).toEqual({ widthPx: 110, heightPx: 220 });
  expect(boxOfPicture({ width: 100, height: 60 })).toEqual({ widthPx: 100, heightPx: 60 });
  expect(boxOfPicture({ width: 9000, height: 3 })).toEqual({ widthPx: 320, heightPx: 48 });
  for (const size of [{}, { width: 0, height: 0 }, { width: Number.NaN, height: 5 }, { width: -4, height: 4 }]) {
    expect(boxOfPicture(size)).toEqual({ widthPx: 220, heightPx: 160 });
  }
});

test("the place of files is as tall as they will be", () => {
  const photo = makeFile("photo", { width: 1600, height: 800 });
  const notes = makeFile("notes", { mediaType: "application/pdf" });
  expect(heightOfFiles([])).toBe(0);
  expect(heightOfFiles([photo])).toBe(168);
  expect(heightOfFiles([photo, photo])).toBe(120);
  expect(heightOfFiles([photo, notes])).toBe(168 + 52);
});
