/**
 * Shows what one browser remembers of its person's wishes: looks, notifications, keys; and which browsers are signed in. Nothing here changes a
 * bot.
 */
import { type ReactElement, type ReactNode, useState } from "react";
import { ButtonLink } from "../../ui/ButtonLink.tsx";
import looks from "../../ui/Choice.module.css";
import form from "../../ui/Form.module.css";
import { type Look, looksOf, readLook, setLook } from "../../ui/look.ts";
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
        <LookChoice label="Theme" name="theme" />
        <LookChoice label="Density" name="density" />
        <LookChoice label="Accent" name="accent" />
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
      <Section title="Skills">
        <p className={styles.hint}>Instructions for kinds of tasks, which bots read when they need them.</p>
        <p>
          <ButtonLink to="/skills">Show the skills</ButtonLink>
        </p>
      </Section>
      <Section title="Fleet">
        <p className={styles.hint}>The processes of Reef that run your bots: their versions, load and state.</p>
        <p>
          <ButtonLink to="/fleet">Show the fleet</ButtonLink>
        </p>
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

/** One of several, side by side. The swatch of an accent is drawn in that accent, whichever is chosen. */
function LookChoice<Name extends Look>({ label, name }: { readonly label: string; readonly name: Name }): ReactElement {
  const [chosen, choose] = useState(readLook(name));
  const isAccent = name === "accent";
  return (
    <fieldset className={styles.choice}>
      <legend className={styles.label}>{label}</legend>
      <div className={`${looks.choice} ${styles.options}`}>
        {looksOf(name).map((value) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              className={isAccent ? form.swatch : looks.over}
              data-accent={isAccent ? value : undefined}
              checked={value === chosen}
              onChange={() => {
                setLook(name, value);
                choose(value);
              }}
            />
            {`${value[0]?.toUpperCase() ?? ""}${value.slice(1)}`}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
