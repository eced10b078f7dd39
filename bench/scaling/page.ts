/** Puts the tables that are computed into docs/scaling.md. */
import { needsToTable } from "./curves.ts";
import { figuresToTable } from "./figures.ts";

const tables = { needs: needsToTable, figures: figuresToTable } as const;

export function withTables(page: string): string {
  return Object.entries(tables).reduce((text, [name, make]) => {
    const [start, end] = [`<!-- ${name}: made by bench/scaling -->`, `<!-- end of ${name} -->`];
    const [before, rest] = text.split(start);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`expected “${start}” and “${end}” in the page`);
    return `${before}${start}\n\n${make()}\n\n${end}${after}`;
  }, page);
}
