import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, gif, jpeg, png, segment, turnedExif, webp } from "../testing/pictures.ts";
import { describeBytes, nameOfType } from "./media-type.ts";
import { type ReadAt, readPicture } from "./picture.ts";

const size = { width: 640, height: 480 };

function readerOf(bytes: Uint8Array): ReadAt & { count: number } {
  const read = async (offset: number, length: number) => {
    reader.count += 1;
    return bytes.subarray(offset, offset + length);
  };
  const reader = Object.assign(read, { count: 0 });
  return reader;
}

const pictureOf = (bytes: Uint8Array) => readPicture(readerOf(bytes));
const typeOf = async (bytes: Uint8Array, declared: string | null) =>
  (await describeBytes(readerOf(bytes), declared)).mediaType;

describe("what a file is", () => {
  it("MB11: pictures are known by their bytes, with their size", async () => {
    expect(await pictureOf(png(size))).toEqual({ mediaType: "image/png", ...size });
    expect(await pictureOf(gif(size))).toEqual({ mediaType: "image/gif", ...size });
    expect(await pictureOf(jpeg(size))).toEqual({ mediaType: "image/jpeg", ...size });
    for (const kind of ["VP8 ", "VP8L", "VP8X"] as const) {
      expect(await pictureOf(webp(kind, size)), kind).toEqual({ mediaType: "image/webp", ...size });
    }
  });

  it("finds the size of a JPEG behind what cameras write, as it is shown", async () => {
    const long = [segment("\xe0", "JFIF\0"), segment("\xe2", "x".repeat(60_000)), segment("\xdb", "q".repeat(65))];
    expect(await pictureOf(jpeg(size, ...long, "\xff\xff"))).toMatchObject(size);
    expect(await pictureOf(jpeg(size, turnedExif(6)))).toMatchObject({ width: 480, height: 640 });
    expect(await pictureOf(jpeg(size, turnedExif(3)))).toMatchObject(size);
    expect(await pictureOf(jpeg(size, segment("\xe1", "Exif\0\0MM")))).toMatchObject(size);
    expect(await pictureOf(jpeg(size, segment("\xe1", "Exif\0\0MM\0*\xff\xff\xff\xff")))).toMatchObject(size);
  });

  it("MB11: what is cut off, empty, or too large to be shown is no picture", async () => {
    for (const whole of [
      png(size),
      gif(size),
      jpeg(size),
      webp("VP8 ", size),
      webp("VP8L", size),
      webp("VP8X", size),
    ]) {
      expect(await pictureOf(whole.subarray(0, 10))).toBeNull();
    }
    for (const none of [png({ width: 0, height: 9 }), gif({ width: 9, height: 0 }), jpeg({ width: 9, height: 0 })]) {
      expect(await pictureOf(none)).toBeNull();
    }
    expect(await pictureOf(png({ width: 65_535, height: 65_535 }))).toBeNull();
    expect(await pictureOf(png({ width: 0xffffffff, height: 0xffffffff }))).toBeNull();
    expect(await pictureOf(png({ width: 12_000, height: 9_000 }))).not.toBeNull();
  });

  it("MB11: stops soon, whatever the bytes are", async () => {
    const empty = bytesOf("\xff\xd8", segment("\xe0", "").repeat(200_000));
    const reader = readerOf(empty);
    expect(await readPicture(reader)).toBeNull();
    expect(reader.count).toBeLessThan(1_100);
    const starts = fc.constantFrom(
      "\xff\xd8\xff",
      "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
      "RIFF\0\0\0\0WEBPVP8X",
      "GIF89a",
      "",
    );
    await fc.assert(
      fc.asyncProperty(starts, fc.uint8Array({ maxLength: 300 }), async (start, rest) => {
        const found = await pictureOf(Uint8Array.from([...bytesOf(start), ...rest]));
        if (found !== null) expect(found.width * found.height).toBeGreaterThan(0);
      }),
    );
  });

  it("MB11: what is said of a picture or a PDF is believed only when the bytes agree", async () => {
    const text = bytesOf("<script>alert(1)</script>");
    for (const lie of ["image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf"]) {
      expect(await typeOf(text, lie), lie).toBe("application/octet-stream");
    }
    expect(await typeOf(png(size), "text/html")).toBe("image/png");
    expect(await typeOf(bytesOf("%PDF-1.7"), null)).toBe("application/pdf");
  });

  it("keeps any other type as a label, in its plain form", async () => {
    const text = bytesOf("hello");
    expect(await typeOf(text, "Text/Markdown; charset=utf-8")).toBe("text/markdown");
    expect(await typeOf(text, "image/svg+xml")).toBe("image/svg+xml");
    const nothing = [
      "",
      "x",
      "text",
      "/",
      "text/",
      "a b/c",
      "text/html\r\nset-cookie: a=b",
      "multipart/form-data; boundary=x",
    ];
    for (const mediaType of [...nothing, "application/x-www-form-urlencoded", `text/${"x".repeat(500)}`, null]) {
      expect(await typeOf(text, mediaType), String(mediaType)).toBe("application/octet-stream");
    }
  });

  it("a file without a name is called by what it is", () => {
    const names = ["image/jpeg", "application/pdf", "text/plain", "text/html"].map((mediaType) =>
      nameOfType({ mediaType }),
    );
    expect(names).toEqual(["image.jpeg", "file.pdf", "file.txt", "file"]);
  });
});
