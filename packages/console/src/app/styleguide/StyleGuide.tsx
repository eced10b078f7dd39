/**
 * Shows every primitive and its states, in both themes side by side. A primitive that is missing here is not covered by the
 * pictures that the tests compare.
 */
import { Check as CheckMark, MessageSquare, Paperclip, Plus } from "lucide";
import { type CSSProperties, type ReactElement, type ReactNode, useState } from "react";
import { Avatar } from "../../ui/Avatar.tsx";
import { Bones } from "../../ui/Bones.tsx";
import { Button } from "../../ui/Button.tsx";
import { Check } from "../../ui/Check.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Empty, NoResults } from "../../ui/Empty.tsx";
import { Field } from "../../ui/Field.tsx";
import { FilterChips } from "../../ui/FilterChips.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import { looksOf } from "../../ui/look.ts";
import { Ring } from "../../ui/Ring.tsx";
import { RuntimeMark } from "../../ui/RuntimeMark.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { Select } from "../../ui/Select.tsx";
import { Sign, statusesByUrgency, statusWords } from "../../ui/Sign.tsx";
import { WholeText } from "../../ui/WholeText.tsx";
import styles from "./StyleGuide.module.css";

const roles = [
  "surface-0",
  "surface-1",
  "surface-2",
  "surface-3",
  "hover",
  "press",
  "selected",
  "text-1",
  "text-2",
  "text-3",
  "border-1",
  "border-2",
  "accent",
  "focus",
  "running",
  "needs",
  "failed",
  "done",
  "topic-clay",
  "topic-straw",
  "topic-moss",
  "topic-lagoon",
  "topic-steel",
  "topic-slate",
  "topic-orchid",
  "topic-rose",
] as const;

export function StyleGuide(): ReactElement {
  return (
    <main className={styles.page}>
      <ThemeColumn theme="light" />
      <ThemeColumn theme="dark" />
    </main>
  );
}

function ThemeColumn({ theme }: { readonly theme: "light" | "dark" }): ReactElement {
  return (
    <div className={styles.theme} data-theme={theme}>
      <h1 className={styles.t20}>Styleguide, {theme}</h1>
      <Type />
      <Section title="Colours by role">
        <div className={styles.row}>
          {roles.map((role) => (
            <span key={role} className={styles.color} style={{ "--role": `var(--${role})` } as CSSProperties}>
              <span />
              <span>{role}</span>
            </span>
          ))}
        </div>
      </Section>
      <Section title="Signs: states differ by shape">
        <div className={styles.row}>
          {statusesByUrgency.map((status) => (
            <span key={status} className={`${styles.row} ${styles.t12}`}>
              <Sign status={status} /> {statusWords[status]}
            </span>
          ))}
        </div>
      </Section>
      <Section title="Accents">
        <div className={styles.row}>
          {looksOf("accent").map((accent) => (
            <span key={accent} data-accent={accent}>
              <Button look="primary">{accent}</Button>
            </span>
          ))}
        </div>
      </Section>
      <Buttons />
      <Fields />
      <Section title="Avatars, runtimes, rings">
        <div className={styles.row}>
          {Array.from("ABCDEFGHIJKLMNOP", (letter) => (
            <Avatar key={letter} name={`${letter} ${letter}`} seed={`seed ${letter}`} />
          ))}
          <Avatar name="Small" seed="small" size="small" />
        </div>
        <div className={styles.row}>
          <RuntimeMark runtime="loop" />
          <RuntimeMark runtime="openclaw" />
          <RuntimeMark runtime="demo" />
          <Ring share={null} size={16} />
          <Ring share={0.3} size={16} />
          <Ring share={0.9} size={24} tone="needs" />
          <kbd>Alt A</kbd>
        </div>
      </Section>
      <Section title="Empty, failed, long">
        <div className={styles.fields}>
          <Empty icon={MessageSquare} title="No sessions in research yet" actions={<Button>New session</Button>}>
            Start one, or let a bot open it.
          </Empty>
          <NoResults words="lease" searched="54 sessions and 15 bots" onClear={() => undefined} />
          <Bones />
        </div>
        <LoadFailure what="the schedules" error={new Error("the server can't be reached")} onAgain={() => undefined} />
        <p>
          <WholeText text={"A long text is cut after its first words, and its rest is one press away. ".repeat(6)} />
        </p>
      </Section>
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Type(): ReactElement {
  return (
    <Section title="Type: six sizes, three weights">
      <p className={styles.t20}>20 page title and large figures</p>
      <p className={styles.t16}>16 headings in text</p>
      <p className={styles.t14}>14 reading: transcripts and questions</p>
      <p className={styles.t13}>13 interface: titles, buttons, fields</p>
      <p className={styles.t12}>12 second lines and labels</p>
      <p className={styles.t11}>11 times, counts, keys</p>
      <p>
        400 text, <span className={styles.mid}>500 unread and buttons</span>,{" "}
        <span className={styles.strong}>600 page titles and authors</span>
      </p>
    </Section>
  );
}

function Buttons(): ReactElement {
  const looks = ["primary", "plain", "quiet", "danger"] as const;
  return (
    <Section title="Buttons">
      {[false, true].map((isDisabled) => (
        <div key={String(isDisabled)} className={styles.row}>
          {looks.map((look) => (
            <Button key={look} look={look} disabled={isDisabled}>
              {look}
            </Button>
          ))}
          <Button isSmall disabled={isDisabled}>
            Small
          </Button>
          <Button isSquare disabled={isDisabled} aria-label="Add">
            <Icon icon={Plus} />
          </Button>
          <Button look="quiet" isSquare disabled={isDisabled} aria-label="Attach">
            <Icon icon={Paperclip} />
          </Button>
          <Button disabled={isDisabled}>
            <Icon icon={CheckMark} /> With an icon
          </Button>
        </div>
      ))}
    </Section>
  );
}

function Fields(): ReactElement {
  const [mode, setMode] = useState<"queue" | "steer" | "interrupt">("queue");
  const [state, setState] = useState<"running" | "failed" | null>("running");
  const [model, setModel] = useState("sonnet");
  return (
    <Section title="Fields and choices">
      <div className={styles.fields}>
        <Field label="Name" hint="People and bots see it.">
          <input defaultValue="Release train" required />
        </Field>
        <Field label="Address" error="Expected an address such as https://example.com.">
          <input defaultValue="example" />
        </Field>
        <Field label="Model">
          <Select
            options={[
              ["sonnet", "claude-sonnet"],
              ["opus", "claude-opus"],
            ]}
            value={model}
            onChoose={setModel}
          />
        </Field>
        <Field label="Disabled">
          <input defaultValue="Set by the server" disabled />
        </Field>
      </div>
      <div className={styles.row}>
        <Check label="Ticked" defaultChecked />
        <Check label="Not ticked" hint="With a hint" />
        <Check label="One of several" isRadio defaultChecked />
        <Choice
          label="Mode"
          options={[
            ["queue", "Queue"],
            ["steer", "Steer"],
            ["interrupt", "Interrupt"],
          ]}
          value={mode}
          onChoose={setMode}
        />
      </div>
      <div className={styles.row}>
        <SearchField label="Filter sessions" value="" onSeek={() => undefined} />
        <FilterChips
          label="States"
          all={12}
          chips={[
            { key: "running", sign: <Sign status="running" />, words: "Running", count: 6 },
            { key: "failed", sign: <Sign status="failed" />, words: "Failed", count: 1 },
          ]}
          chosen={state}
          onChoose={setState}
        />
      </div>
    </Section>
  );
}
