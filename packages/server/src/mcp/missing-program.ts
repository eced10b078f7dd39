/** Looks for the programs that an entry of the catalogue needs where a box shows them: below /usr, not in anyone's home. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { McpCatalogueEntry } from "@reef/protocol/mcp-catalogue";
import { z } from "zod";

const folders = ["/usr/local/bin", "/usr/bin"];

const Started = z.object({
  transport: z.object({ kind: z.literal("stdio"), command: z.string(), args: z.array(z.string()) }),
});

/** Returns the first program that is not there; null for a service. */
export async function missingProgram({ server }: Pick<McpCatalogueEntry, "server">): Promise<string | null> {
  const started = Started.safeParse(server);
  if (!started.success) return null;
  const { command, args } = started.data.transport;
  for (const program of [command, ...args.filter((arg) => arg.startsWith("/usr/"))]) {
    if (!(await isThere(program))) return program;
  }
  return null;
}

async function isThere(program: string): Promise<boolean> {
  const paths = program.startsWith("/") ? [program] : folders.map((folder) => join(folder, program));
  const found = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
