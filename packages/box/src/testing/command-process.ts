/** Starts a background command and stays, for a test that kills it: prints the command's ids as one line. */
import { openHarness } from "./box-harness.ts";

const [dataFolder = ""] = process.argv.slice(2);
const { source, newBot } = await openHarness({ dataFolder });
const bot = newBot();
await bot.call("command_run", { command: "touch started; sleep 600", background: true });
const [note] = await source.commands(bot);
process.stdout.write(`${JSON.stringify({ botId: bot.id, pid: note?.pid, id: note?.id })}\n`);
setInterval(() => undefined, 60_000);
