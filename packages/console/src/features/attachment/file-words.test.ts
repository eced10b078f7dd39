import { expect, test } from "vitest";
import { fileExtension, messageWords, sizeLabel } from "./file-words.ts";
import { isPicture } from "./is-picture.ts";

test("sizes are told in powers of ten, as the limit is", () => {
  expect([0, 1, 950, 1000, 12_345, 999_499, 1_000_000, 3_440_000, 20_000_000].map(sizeLabel)).toEqual([
    "0 bytes",
    "1 byte",
    "950 bytes",
    "1 KB",
    "12 KB",
    "999 KB",
    "1 MB",
    "3.4 MB",
    "20 MB",
  ]);
});

test("only what every browser draws is shown as a picture; the rest has the end of its name", () => {
  expect(["image/png", "image/jpeg", "image/webp", "image/gif"].every((mediaType) => isPicture({ mediaType }))).toBe(
    true,
  );
  expect(["image/svg+xml", "image/heic", "application/pdf", ""].some((mediaType) => isPicture({ mediaType }))).toBe(
    false,
  );
  expect(["a.pdf", "b.tar.gz", "IMG_1.HEIC", "noend", "x.verylong", ".env"].map(fileExtension)).toEqual([
    "PDF",
    "GZ",
    "HEIC",
    "",
    "",
    "ENV",
  ]);
});

test("a message of nothing but files is named by them", () => {
  const file = {
    id: "fil_1" as never,
    name: "plan.pdf",
    mediaType: "application/pdf",
    sizeBytes: 1,
  };
  expect(messageWords({ text: "look", attachments: [file] })).toBe("look");
  expect(messageWords({ text: "", attachments: [file] })).toBe("plan.pdf");
  expect(messageWords({ text: " ", attachments: [file, file] })).toBe("2 files");
});
