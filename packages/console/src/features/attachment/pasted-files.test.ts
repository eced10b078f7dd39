import { expect, test } from "vitest";
import { pastedFiles } from "./pasted-files.ts";

const picture = new File(["x"], "image.png", { type: "image/png" });
const paste = (files: readonly File[], types: readonly string[]) =>
  pastedFiles({ files, types }).map(({ name }) => name);

test("a picture is pasted as a file; cells, which bring a picture of themselves, as words", () => {
  expect(paste([picture], ["Files"])).toEqual(["image.png"]);
  expect(paste([picture], ["text/html", "Files"])).toEqual(["image.png"]);
  expect(paste([picture], ["text/plain", "text/html", "text/rtf", "Files"])).toEqual([]);
  // Copied in a file browser: the text is only the file's name.
  expect(paste([picture], ["text/plain", "Files"])).toEqual(["image.png"]);
});
