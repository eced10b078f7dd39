/** Shows one block: its text, how full it is, its versions, and a delete button, which asks once. */
import type { Block } from "@reef/protocol/memory";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt, errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { absoluteTime } from "../../ui/time.ts";
import { BlockForm } from "./BlockForm.tsx";
import styles from "./Memory.module.css";
import { MemoryText } from "./MemoryText.tsx";
import { readMemoryAgain, useMemoryRead } from "./use-memory-events.ts";

type Opened = "edit" | "history" | "delete" | null;

export function BlockCard({ block }: { readonly block: Block }): ReactElement {
  const [opened, setOpened] = useState<Opened>(null);
  const { botId, label, text, maxChars, version, updatedAt } = block;
  if (opened === "edit") {
    return (
      <li className={styles.card} data-block={label}>
        <p className={styles.label}>{label}</p>
        <BlockForm botId={botId} label={label} block={block} onClose={() => setOpened(null)} />
      </li>
    );
  }
  return (
    <li className={styles.card} data-block={label}>
      <p className={styles.top}>
        <span className={styles.label}>{label}</span>
        <span className={styles.at} title={absoluteTime(updatedAt)}>
          version {version}
        </span>
      </p>
      <MemoryText text={text || "Empty."} />
      <p className={styles.fill} title={`${text.length} of ${maxChars} characters`}>
        <Meter share={text.length / maxChars} isLimit />
        <span className={styles.value}>
          {text.length.toLocaleString()} of {maxChars.toLocaleString()}
        </span>
      </p>
      <div className={styles.acts} data-quiet>
        <Button className={styles.act} look="quiet" onClick={() => setOpened("edit")}>
          Edit
        </Button>
        <Button
          className={styles.act}
          look="quiet"
          aria-expanded={opened === "history"}
          onClick={() => setOpened(opened === "history" ? null : "history")}
        >
          History
        </Button>
        <Button className={styles.act} look="quiet" onClick={() => setOpened("delete")}>
          Delete…
        </Button>
      </div>
      {opened === "history" && <BlockHistory block={block} />}
      {opened === "delete" && <DeleteBlock block={block} onClose={() => setOpened(null)} />}
    </li>
  );
}

function BlockHistory({ block: { botId, label } }: { readonly block: Block }): ReactElement | null {
  const { data, error } = useMemoryRead(botId, {
    part: ["block-history", label],
    read: (client) => client.blockHistory(botId, label),
  });
  if (error) return <p className={styles.hint}>Couldn't load the history: {errorText(error)}</p>;
  if (!data) return null;
  return (
    <ol className={styles.history} aria-label={`Versions of ${label}, newest first`}>
      {data.items.map(({ version, text, updatedAt }) => (
        <li key={version}>
          <p className={styles.version} dir="auto">
            {text || "Empty."}
          </p>
          <p>
            version {version}, {absoluteTime(updatedAt)}
          </p>
        </li>
      ))}
    </ol>
  );
}

function DeleteBlock({
  block: { botId, label },
  onClose,
}: {
  readonly block: Block;
  readonly onClose: () => void;
}): ReactElement {
  const reef = useReef();
  const remove = (): void =>
    void attempt(reef, "Couldn't delete it", async () => {
      await wholeClient(reef.client).deleteBlock(botId, label);
      readMemoryAgain(reef.queryClient, botId);
      reef.toasts.show({ text: `Deleted the block ${label}.` });
    });
  return (
    <div className={styles.danger} role="alertdialog" aria-label={`Delete ${label}?`}>
      <p>The block and all its versions will be deleted for good.</p>
      <div className={styles.formActs}>
        <Button autoFocus onClick={onClose}>
          Keep it
        </Button>
        <Button look="danger" onClick={remove}>
          Delete for good
        </Button>
      </div>
    </div>
  );
}
