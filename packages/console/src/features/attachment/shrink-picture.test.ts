import { expect, test } from "vitest";
import { renamed, shrunkSize } from "./shrink-picture.ts";

test("what has too many bytes or pixels is drawn within 2048 pixels, and nothing else is touched", () => {
  const small = { width: 4000, height: 3000, sizeBytes: 4_900_000 };
  expect(shrunkSize(small)).toBeNull();
  expect(shrunkSize({ ...small, sizeBytes: 5_000_001 })).toEqual({ width: 2048, height: 1536 });
  expect(shrunkSize({ width: 1000, height: 8192, sizeBytes: 10 })).toEqual({ width: 250, height: 2048 });
  // A file of many bytes and few pixels is encoded again in its own size.
  expect(shrunkSize({ width: 1000, height: 1000, sizeBytes: 6_000_000 })).toEqual({ width: 1000, height: 1000 });
  expect(shrunkSize({ width: 60_000, height: 1, sizeBytes: 10 })).toEqual({ width: 2048, height: 1 });
  expect(shrunkSize({ width: 0, height: 0, sizeBytes: 6_000_000 })).toBeNull();
});

test("the end of the name says what the file has become", () => {
  expect(renamed("shot.png", "image/webp")).toBe("shot.webp");
  expect(renamed("IMG.JPEG", "image/jpeg")).toBe("IMG.JPEG");
  expect(renamed("a.b.webp", "image/webp")).toBe("a.b.webp");
  expect(renamed("photo", "image/jpeg")).toBe("photo.jpg");
});
