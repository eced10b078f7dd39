/** Switches between light, dark, and the system's setting, one press each. */
import { type ReactElement, useState } from "react";
import { readLook, setLook, type Theme } from "../../ui/look.ts";
import styles from "./StatusBar.module.css";

const nextTheme: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };

export function ThemeSwitch(): ReactElement {
  const [theme, show] = useState<Theme>(() => readLook("theme"));
  const change = (): void => {
    setLook("theme", nextTheme[theme]);
    show(nextTheme[theme]);
  };
  return (
    <button
      type="button"
      className={`${styles.link} ${styles.wide}`}
      onClick={change}
      aria-label={`Theme: ${theme}. Change`}
    >
      Theme: {theme}
    </button>
  );
}
