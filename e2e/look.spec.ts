/** The screens look as they were accepted. A change that is meant is accepted with `npm run look -- --accept`. */
import { expect, it } from "vitest";
import { acceptedBrowser, findDifferences } from "./look/accepted.ts";
import { takePictures } from "./look/camera.ts";

it("every screen looks as it was accepted", { timeout: 240_000 }, async ({ skip }) => {
  const { pictures, browser } = await takePictures();
  const accepted = await acceptedBrowser();
  // Another version of the browser draws letters differently.
  skip(browser !== accepted, `the pictures were accepted with Chromium ${accepted}, this is ${browser}`);
  expect(await findDifferences(pictures)).toEqual([]);
});
