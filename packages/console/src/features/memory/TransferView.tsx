/**
 * Transfers memory as files: exported as JSONL or Markdown, and imported after a preview of what is new, known and
 * refused.
 */
import type { Bot } from "@reef/protocol/bot";
import type { ImportReport, MemoryFormat, MemoryImport } from "@reef/protocol/memory";
import { useMutation } from "@tanstack/react-query";
import { type ChangeEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Consolidation.module.css";
import memory from "./Memory.module.css";
import { readMemoryAgain } from "./use-memory-events.ts";

const formats: readonly { readonly format: MemoryFormat; readonly label: string; readonly ending: string }[] = [
  { format: "jsonl", label: "Everything, as JSONL", ending: "jsonl" },
  { format: "markdown", label: "To read, as Markdown", ending: "md" },
  { format: "agent-memory", label: "For BlackBox5, as an AgentMemory", ending: "json" },
];

export function TransferView({ bot }: { readonly bot: Bot }): ReactElement {
  return (
    <section className={memory.part} aria-label="Files">
      <h3 className={memory.heading}>Files</h3>
      <p className={memory.lead}>Export what {bot.name} remembers, or import what you have.</p>
      <div className={shapes.wrap}>
        {formats.map(({ format, label, ending }) => (
          <a
            key={format}
            href={`/v1/bots/${bot.id}/memories/export?format=${format}`}
            download={`memory of ${bot.name}.${ending}`}
          >
            {label}
          </a>
        ))}
      </div>
      <Import bot={bot} />
    </section>
  );
}

function Import({ bot }: { readonly bot: Bot }): ReactElement {
  const { client, queryClient, toasts } = useReef();
  const [file, setFile] = useState<MemoryImport | null>(null);
  const preview = useMutation({
    mutationFn: (chosen: MemoryImport) => wholeClient(client).importMemories(bot.id, { ...chosen, dryRun: true }),
  });
  const take = useMutation({
    mutationFn: (chosen: MemoryImport) => wholeClient(client).importMemories(bot.id, chosen),
    onSuccess: ({ added, known }) => {
      readMemoryAgain(queryClient, bot.id);
      setFile(null);
      preview.reset();
      toasts.show({ text: `Imported: ${added} new, ${known} already known.` });
    },
  });
  const choose = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [chosen] = event.target.files ?? [];
    // Cleared, so that the same file can be chosen again.
    event.target.value = "";
    if (chosen === undefined) return;
    const text = await chosen.text();
    const read = { format: formatOf(chosen.name, text), text, name: chosen.name.slice(0, 200) };
    take.reset();
    setFile(read);
    preview.mutate(read);
  };
  const error = preview.error ?? take.error;
  const report = file === null ? undefined : preview.data;
  return (
    <div className={memory.correct}>
      <Field label="Import a file">
        <input type="file" accept=".jsonl,.json,.md,.markdown,.txt" onChange={(event) => void choose(event)} />
      </Field>
      <p className={memory.hint}>
        JSONL as exported, Markdown with one list item per memory, or an AgentMemory or Hindsight file of BlackBox5. You
        see a preview before anything is imported.
      </p>
      {preview.isPending && <p className={memory.hint}>Reading…</p>}
      {error && (
        <p className={form.error} role="alert">
          Couldn't import it: {errorText(error)}
        </p>
      )}
      {report && file !== null && (
        <>
          <Preview name={file.name} report={report} />
          <div className={memory.formActs}>
            <Button look="quiet" onClick={() => setFile(null)}>
              Cancel
            </Button>
            <Button look="primary" disabled={report.added === 0 || take.isPending} onClick={() => take.mutate(file)}>
              {take.isPending ? "Importing…" : `Import ${report.added}`}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

/** A file of BlackBox5 is one JSON value over many lines; JSONL has one in each. */
function formatOf(name: string, text: string): MemoryImport["format"] {
  if (/\.(md|markdown|txt)$/i.test(name)) return "markdown";
  const start = text.trimStart();
  if (start.startsWith("[")) return "hindsight";
  return /^\{\s*"(?:agent_id|sessions|insights|context|statistics)"/.test(start) ? "agent-memory" : "jsonl";
}

function Preview({ name, report }: { readonly name: string; readonly report: ImportReport }): ReactElement {
  const { added, known, refused, notes, preview } = report;
  return (
    <section className={styles.report} aria-label="Preview of the import">
      <p>
        <b dir="auto">{name}</b>: {added} new, {known} already known, {refused.length} refused.
      </p>
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      {preview && preview.added.length > 0 && <List label="New" texts={preview.added} count={added} />}
      {preview && preview.known.length > 0 && <List label="Already known" texts={preview.known} count={known} />}
      {refused.length > 0 && (
        <List
          label="Refused"
          texts={refused.map(({ line, reason }) => `line ${line}: ${reason}`)}
          count={refused.length}
        />
      )}
    </section>
  );
}

interface ListProps {
  readonly label: string;
  readonly texts: readonly string[];
  readonly count: number;
}

function List({ label, texts, count }: ListProps): ReactElement {
  return (
    <details open={label === "New"}>
      <summary>
        {label}: {count}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reached by keys */}
      <ul tabIndex={0} aria-label={label}>
        {[...new Set(texts)].map((text) => (
          <li key={text}>{text}</li>
        ))}
        {count > texts.length && <li>… and {count - texts.length} more</li>}
      </ul>
    </details>
  );
}
