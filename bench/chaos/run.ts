/**
 * `npm run chaos`: real servers under load are killed, stopped and cut off, again and again; then everything is read and
 * compared with what was sent. Ends with code 0 only if nothing was lost, doubled, stuck, or dead without a reason, and,
 * with several workers, if some writes were refused by the fence.
 */

import { runChaos } from "./chaos.ts";
import { readOptions } from "./options.ts";
import { lastLines, type Progress, reportToText } from "./report.ts";

const options = (() => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(2);
  }
})();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const say = (progress: Progress) => console.error(lastLines(progress));
const report = await runChaos(options, say);
console.log(options.json ? JSON.stringify(report) : reportToText(report));
process.exit(report.passed ? 0 : 1);
