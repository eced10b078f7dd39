/**
 * Shows what one browser remembers of its person's wishes: looks, notifications, keys; and which browsers are signed in. Nothing here changes a
 * bot.
 */
import { type ReactElement, type ReactNode, useState } from "react";
import { Check } from "../../ui/Check.tsx";
import { densities, readDensity, readTheme, setDensity, setTheme, themes } from "../../ui/look.ts";
import { Screen } from "../../ui/Screen.tsx";
import { DeviceSettings } from "../device/DeviceSettings.tsx";
import { KeySettings } from "./KeySettings.tsx";
import { NoticeSettings } from "./NoticeSettings.tsx";
import styles from "./SettingsScreen.module.css";

export function SettingsScreen(): ReactElement {
  return (
    <Screen title="Settings">
      <Section title="Appearance">
        <p className={styles.hint}>Appearance, notifications and keys are saved in this browser.</p>
        <Choice label="Theme" options={themes} read={readTheme} write={setTheme} />
        <Choice label="Density" options={densities} read={readDensity} write={setDensity} />
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

function Choice<Option extends string>({
  label,
  options,
  read,
  write,
}: {
  readonly label: string;
  readonly options: readonly Option[];
  readonly read: () => Option;
  readonly write: (option: Option) => void;
}): ReactElement {
  const [chosen, choose] = useState(read);
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.label}>{label}</legend>
      {options.map((option) => (
        <Check
          key={option}
          label={option[0]?.toUpperCase() + option.slice(1)}
          isRadio
          look="option"
          name={label}
          checked={option === chosen}
          onChange={() => {
            write(option);
            choose(option);
          }}
        />
      ))}
    </fieldset>
  );
}
