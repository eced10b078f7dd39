/**
 * Sets how this browser shows the page: theme, density, accent. public/theme.js applies the stored choice before the first
 * paint. The first of each is the one that nobody chose, and is not stored.
 */
import { readStored, writeStored } from "./storage.ts";

const looks = {
  theme: ["system", "light", "dark"],
  density: ["comfortable", "compact"],
  accent: ["blue", "teal", "indigo", "magenta", "graphite"],
} as const;

export type Look = keyof typeof looks;
export type LookValue<Name extends Look> = (typeof looks)[Name][number];

export function looksOf<Name extends Look>(name: Name): readonly LookValue<Name>[] {
  return looks[name];
}

export function readLook<Name extends Look>(name: Name): LookValue<Name> {
  const stored = readStored(name);
  return looksOf(name).find((value) => value === stored) ?? (looks[name][0] as LookValue<Name>);
}

export function setLook<Name extends Look>(name: Name, value: LookValue<Name>): void {
  const isUsual = value === looks[name][0];
  writeStored(name, isUsual ? null : value);
  if (isUsual) delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
}
