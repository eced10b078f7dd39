/** Light, dark, or as the system has it. public/theme.js sets the chosen one before the first paint. */
import { type ReactElement, useState } from "react";
import { readStored, writeStored } from "../storage.ts";
import styles from "./StatusBar.module.css";

type Theme = "system" | "light" | "dark";

const nextTheme: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };

export function ThemeSwitch(): ReactElement {
  const [theme, setTheme] = useState<Theme>(readTheme);
  const change = (): void => {
    const next = nextTheme[theme];
    setTheme(next);
    writeStored("theme", next === "system" ? null : next);
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
  };
  return (
    <button type="button" className={styles.link} onClick={change} aria-label={`Theme: ${theme}. Change`}>
      Theme: {theme}
    </button>
  );
}

function readTheme(): Theme {
  const stored = readStored("theme");
  return stored === "light" || stored === "dark" ? stored : "system";
}
