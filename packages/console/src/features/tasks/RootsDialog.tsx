/** Connects a folder of a BlackBox5, and shows each one's progress, counts, and every file that couldn't be read. */
import type { Root } from "@reef/protocol/root";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt, errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import shapes from "../../ui/Shapes.module.css";
import { kindWords } from "./root-words.ts";
import styles from "./Tasks.module.css";
import { useRootFiles, useRoots } from "./use-roots.ts";

export function RootsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { client } = useReef();
  const { data: roots = [] } = useRoots();
  const [path, setPath] = useState("");
  const connect = useMutation({
    mutationFn: () => wholeClient(client).connectRoot({ kind: "blackbox5", path: path.trim() }),
    onSuccess: () => setPath(""),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    connect.mutate();
  };
  return (
    <Dialog title="Connected folders" width="wide" onClose={onClose}>
      <div className={styles.detail}>
        <form className={styles.section} onSubmit={submit}>
          <Field
            label="Folder of a BlackBox5"
            hint="On the Reef server's machine. Reef only reads it, and follows its changes."
          >
            <input
              data-first
              required
              maxLength={4_000}
              autoComplete="off"
              spellCheck={false}
              placeholder="/home/me/blackbox5"
              value={path}
              onChange={({ currentTarget }) => {
                setPath(currentTarget.value);
                connect.reset();
              }}
            />
          </Field>
          {connect.error && (
            <p className={form.error} role="alert">
              Couldn't connect it: {errorText(connect.error)}
            </p>
          )}
          <div className={form.actions}>
            <Button type="submit" look="primary" disabled={connect.isPending || path.trim() === ""}>
              Connect
            </Button>
          </div>
        </form>
        {roots.map((root) => (
          <RootCard key={root.id} root={root} />
        ))}
      </div>
    </Dialog>
  );
}

function RootCard({ root }: { readonly root: Root }): ReactElement {
  const reef = useReef();
  const { data: files } = useRootFiles(root.id, root.updatedAt);
  const { id, name, path, scan, counts, unreadableCount } = root;
  const isBusy = scan.state === "waiting" || scan.state === "scanning";
  return (
    <section className={`${shapes.card} ${styles.root}`} aria-label={name} aria-busy={isBusy}>
      <div className={shapes.line}>
        <div className={shapes.grow}>
          <h3 className={styles.heading}>{name}</h3>
          <p className={`${shapes.meta} ${shapes.cut}`} title={path}>
            {path}
          </p>
        </div>
        <Button
          isSmall
          disabled={isBusy}
          onClick={() =>
            void attempt(reef, "Couldn't scan it", async () => void (await wholeClient(reef.client).scanRoot(id)))
          }
        >
          Scan
        </Button>
        <Button
          isSmall
          look="danger"
          onClick={() =>
            void attempt(reef, "Couldn't disconnect it", () => wholeClient(reef.client).disconnectRoot(id))
          }
        >
          Disconnect
        </Button>
      </div>
      <p role="status" className={shapes.soft}>
        {isBusy && `Scanning: ${countOf(scan.filesSeen, "file")}, ${countOf(scan.tasksRead, "task")} so far`}
        {scan.state === "failed" && `Couldn't scan it: ${scan.error ?? "unknown"}`}
        {scan.state === "done" && `${countOf(scan.tasksRead, "task")} in ${countOf(scan.filesSeen, "file")}`}
      </p>
      {!isBusy && (
        <ul className={`${shapes.bare} ${styles.counts}`} aria-label="What was found">
          {kindWords(counts).map(([words, count]) => (
            <li key={words}>
              {count.toLocaleString()} {words}
            </li>
          ))}
        </ul>
      )}
      {unreadableCount > 0 && (
        <details>
          <summary>{countOf(unreadableCount, "file")} couldn't be read</summary>
          <ul className={`${shapes.bare} ${styles.unread}`} aria-label="Files that couldn't be read">
            {files?.unreadable.map((file) => (
              <li key={`${file.path} ${file.reason}`}>
                <b>{file.path}</b>: {file.reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
