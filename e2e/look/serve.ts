/** Opens the stage as a process of its own. Prints its address, then a login code for each line of input; ends with the input. */
import { createInterface } from "node:readline";
import { openStage } from "./stage.ts";

await using stage = await openStage();
process.stdout.write(`${stage.url}\n`);
for await (const _line of createInterface(process.stdin)) process.stdout.write(`${stage.makeLoginCode()}\n`);
