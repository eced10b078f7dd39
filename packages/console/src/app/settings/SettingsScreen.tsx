/**
 * Shows what one browser remembers of its person's wishes: looks, notifications, keys; and which browsers are signed in. Nothing here changes a
 * bot.
 */
import { type ReactElement, type ReactNode, useState } from "react";
import { Choice } from "../../ui/Choice.tsx";
import form from "../../ui/Form.module.css";
import { looksOf, readLook, setLook } from "../../ui/look.ts";
import { Screen } from "../../ui/Screen.tsx";
import shapes from "../../ui/Shapes.module.css";
import { DeviceSettings } from "../device/DeviceSettings.tsx";
import { KeySettings } from "./KeySettings.tsx";
import { NoticeSettings } from "./NoticeSettings.tsx";
import styles from "./SettingsScreen.module.css";

export function SettingsScreen(): ReactElement {
  return (
    <Screen title="Settings">
      <Section title="Appearance">
        <p className={styles.hint}>Appearance, notifications and keys are saved in this browser.</p>
        <LookChoice label="Theme" name="theme" />
        <LookChoice label="Density" name="density" />
        <AccentChoice />
      </Section>
      <Section title="Notifications">
        <NoticeSettings />
      </Section>
      <Section title="Devices">
        <DeviceSettings />
      </Section>
      <Section title="Keys">
        <KeySettings />
      </Section>
    </Screen>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className={styles.section} aria-label={title}>
      <h2 className={styles.heading} dir="auto">
        {title}
      </h2>
      {children}
    </section>
  );
}

function LookChoice({ label, name }: { readonly label: string; readonly name: "theme" | "density" }): ReactElement {
  const [chosen, choose] = useState(readLook(name));
  return (
    <div className={styles.choice}>
      <span className={styles.label} aria-hidden="true">
        {label}
      </span>
      <Choice
        label={label}
        options={looksOf(name).map((value) => [value, capitalized(value)] as const)}
        value={chosen}
        onChoose={(value) => {
          setLook(name, value);
          choose(value);
        }}
      />
    </div>
  );
}

/** Each swatch is drawn in its own accent, whichever is chosen. */
function AccentChoice(): ReactElement {
  const [chosen, choose] = useState(readLook("accent"));
  return (
    <div className={styles.choice}>
      <span className={styles.label} aria-hidden="true">
        Accent
      </span>
      <fieldset className={styles.accents}>
        <legend className={shapes.hidden}>Accent</legend>
        {looksOf("accent").map((accent) => (
          <label key={accent} className={styles.accent}>
            <input
              type="radio"
              name="accent"
              className={form.swatch}
              data-accent={accent}
              checked={accent === chosen}
              onChange={() => {
                setLook("accent", accent);
                choose(accent);
              }}
            />
            {capitalized(accent)}
          </label>
        ))}
      </fieldset>
    </div>
  );
}

function capitalized(word: string): string {
  return `${word[0]?.toUpperCase() ?? ""}${word.slice(1)}`;
}
