/**
 * Makes rows what they are in SQLite: whole numbers and sums are numbers, truth is 1 or 0, texts are as they were
 * written.
 */
import pg from "pg";
import type { Value } from "../sql.ts";
import { decodeText, encodeText } from "./text.ts";

const { builtins } = pg.types;

type Parse = (text: string) => unknown;
const parsers: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [builtins.BOOL, (text) => (text === "t" ? 1 : 0)],
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
  [builtins.TEXT, decodeText],
  [builtins.VARCHAR, decodeText],
]);

/** Pass to a connection as its `types`. */
export const typesOfRows = {
  getTypeParser(type: number, format?: "text" | "binary") {
    return parsers.get(type) ?? pg.types.getTypeParser(type, format);
  },
} as pg.CustomTypesConfig;

export function toParameter(value: Value): Value {
  return typeof value === "string" ? encodeText(value) : value;
}
