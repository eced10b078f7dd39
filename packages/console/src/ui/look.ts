/**
 * Sets how this browser shows the page: theme and density. public/theme.js applies the stored choice before the first
 * paint.
 */
import { readStored, writeStored } from "./storage.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const densities = ["comfortable", "compact"] as const;
export type Density = (typeof densities)[number];

export function readTheme(): Theme {
  return themes.find((theme) => theme === readStored("theme")) ?? "system";
}

export function setTheme(theme: Theme): void {
  writeStored("theme", theme === "system" ? null : theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function readDensity(): Density {
  return densities.find((density) => density === readStored("density")) ?? "comfortable";
}

export function setDensity(density: Density): void {
  writeStored("density", density === "comfortable" ? null : density);
  if (density === "comfortable") delete document.documentElement.dataset.density;
  else document.documentElement.dataset.density = density;
}
