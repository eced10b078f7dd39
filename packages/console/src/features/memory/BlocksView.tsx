/** Shows the bot's blocks: small texts in each of its prompts, which only people write (ME5, ME7). */
import { type FormEvent, type ReactElement, useState } from "react";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import form from "../../ui/Form.module.css";
import shapes from "../../ui/Shapes.module.css";
import { BlockCard } from "./BlockCard.tsx";
import { BlockForm } from "./BlockForm.tsx";
import styles from "./Memory.module.css";
import { takeFocus } from "./take-focus.ts";
import { useMemoryRead } from "./use-memory-events.ts";
import type { ViewProps } from "./view-props.ts";

/** The protocol's limit (ME7); its schemas stay out of the page. */
const maxBlocks = 20;
const labelPattern = "[a-z0-9][a-z0-9_\\-]{0,59}";

export function BlocksView({ bot }: ViewProps): ReactElement | null {
  const { data, error } = useMemoryRead(bot.id, { part: ["blocks"], read: (client) => client.blocks(bot.id) });
  if (error) return <p className={styles.none}>Couldn't load the blocks: {errorText(error)}</p>;
  if (!data) return null;
  const { items: blocks } = data;
  return (
    <section aria-label="Blocks">
      <p className={styles.lead}>
        Blocks are included in every prompt of {bot.name}. {blocks.length} of {maxBlocks} used.
      </p>
      <ol className={shapes.bare}>
        {blocks.map((block) => (
          <BlockCard key={block.label} block={block} />
        ))}
      </ol>
      {blocks.length < maxBlocks && <NewBlock bot={bot} labels={blocks.map(({ label }) => label)} />}
    </section>
  );
}

function NewBlock({ bot, labels }: Pick<ViewProps, "bot"> & { readonly labels: readonly string[] }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const [label, setLabel] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const close = (): void => {
    setOpen(false);
    setLabel("");
    setChosen(null);
  };
  const choose = (event: FormEvent): void => {
    event.preventDefault();
    if (!labels.includes(label)) setChosen(label);
  };
  if (!isOpen) {
    return (
      <div className={styles.more}>
        <Button onClick={() => setOpen(true)}>New block</Button>
      </div>
    );
  }
  if (chosen !== null) {
    return (
      <div className={styles.card}>
        <p className={styles.label}>{chosen}</p>
        <BlockForm botId={bot.id} label={chosen} block={null} onClose={close} />
      </div>
    );
  }
  return (
    <form className={styles.newBlock} aria-label="New block" onSubmit={choose}>
      <input
        className={form.input}
        aria-label="Label of the new block"
        placeholder="label, such as house-style"
        pattern={labelPattern}
        title="Lowercase letters, digits, - and _"
        required
        ref={takeFocus}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
      />
      {labels.includes(label) && <p className={styles.hint}>A block with this label already exists.</p>}
      <div className={styles.formActs}>
        <Button look="quiet" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={label === "" || labels.includes(label)}>
          Continue
        </Button>
      </div>
    </form>
  );
}
