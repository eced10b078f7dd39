/** Builds the table of docs/providers.md from the cells themselves: it cannot claim what no test shows. */
import type { Dialect } from "../../../testing/dialects/dialect.ts";
import { behaviours } from "./cells.conformance.ts";

const [start, end] = ["<!-- table: made by providers.conformance.test.ts -->", "<!-- end of table -->"];

/** Returns the page with its current table. */
export function withTable(page: string, dialects: readonly Dialect[]): string {
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`expected “${start}” and “${end}” in the page`);
  return `${before}${start}\n${tableOf(dialects)}\n${end}${after}`;
}

function tableOf(dialects: readonly Dialect[]): string {
  const reasons: string[] = [];
  const rows = dialects.map((dialect) => {
    const cells = behaviours.map(({ name, never }) => {
      const reason = never(dialect);
      if (reason === null) return "✓";
      reasons.push(`- ${dialect.name} × ${name}: ${reason}`);
      return "–";
    });
    return `| ${[dialect.name, ...cells].join(" | ")} |`;
  });
  const count = rows.length * behaviours.length;
  return [
    "",
    `| dialect | ${behaviours.map(({ name }) => name).join(" | ")} |`,
    `|---|${behaviours.map(() => ":-:").join("|")}|`,
    ...rows,
    "",
    `${count} cells: ${count - reasons.length} shown by a test, ${reasons.length} that cannot be.`,
    "",
    ...reasons,
    "",
    "What a cell shows:",
    "",
    ...behaviours.map(({ name, shows }) => `- **${name}**: ${shows}.`),
    "",
  ].join("\n");
}
