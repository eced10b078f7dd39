/**
 * `npm run look`: takes the pictures and names those that differ from the accepted ones. `-- WORD` takes only those whose name
 * contains the word, `-- --accept` keeps what it took, `-- --serve` leaves the stage open to look at by hand.
 */
import { once } from "node:events";
import { buildStale } from "../../scripts/build.ts";
import { accept, changedFolder, findDifferences } from "./accepted.ts";
import { serveStyleguide, takePictures } from "./camera.ts";
import { startStage } from "./start-stage.ts";

const words = process.argv.slice(2);
const word = words.find((each) => !each.startsWith("--"));

await buildStale();
if (words.includes("--serve")) await serve();
else process.exitCode = await look();

async function look(): Promise<number> {
  const { pictures, browser } = await takePictures(word);
  if (words.includes("--accept")) {
    // One that is the same but for the browser's own chance stays as it is: what is committed is then what was meant.
    const changed = new Set((await findDifferences(pictures)).map(({ name }) => name));
    await accept(
      pictures.filter(({ name }) => changed.has(name)),
      browser,
    );
    console.log(`accepted ${changed.size} of ${pictures.length} pictures`);
    return 0;
  }
  const differences = await findDifferences(pictures);
  for (const { name, words } of differences) console.log(`${name} ${words}`);
  console.log(`${pictures.length} pictures, ${differences.length} differ`);
  if (differences.length > 0)
    console.log(`Look at them in ${changedFolder}; accept them with: npm run look -- --accept`);
  return differences.length > 0 ? 1 : 0;
}

async function serve(): Promise<void> {
  await using stage = await startStage();
  await using styleguide = await serveStyleguide();
  console.log(`console:    ${stage.url}/#code=${await stage.makeLoginCode()}`);
  console.log(`styleguide: ${styleguide.url}`);
  console.log("Ctrl+C ends it.");
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}
