/** Says whether the audit is whole (AU1). */
import { CommandError } from "./command-error.ts";
import type { Shell } from "./shell.ts";

export async function verifyAudit({ client, print }: Shell): Promise<void> {
  const { ok, lines, firstSeq, lastSeq, head, problem } = await client.verifyAudit();
  if (!ok) throw new CommandError(`the audit is not whole: line ${problem?.seq}: ${problem?.reason}`);
  print(lines === 0 ? "the audit has no lines yet" : `the audit is whole: ${lines} lines, ${firstSeq} to ${lastSeq}`);
  if (head !== null) print(`head ${head}`);
}
