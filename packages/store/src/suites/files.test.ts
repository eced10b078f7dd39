/** Tests that bytes of files keep the port's contract in each store. */
import { describeFileBytes } from "@reef/engine/port/files.conformance";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { onTestFinished } from "vitest";
import { makeStorePlace, storeName } from "../testing/store-under-test.ts";

describeFileBytes(storeName, async () => {
  const place = await makeStorePlace();
  const files = await place.openFiles(createManualClock());
  onTestFinished(async () => {
    await files[Symbol.asyncDispose]();
    await place.remove();
  });
  return files;
});
