/**
 * Draws a call by its kind: a command as a terminal, an edit as a diff, hits and pages as lists, a plan as a checklist, everything else as what it was given and
 * what it returned. It is used where a call is shown and where a person is asked to allow one, so it does nothing by itself.
 */
import type { ReactElement } from "react";
import shapes from "../../ui/Shapes.module.css";
import styles from "./CallBody.module.css";
import { CommandOutput } from "./CommandOutput.tsx";
import type { CallBodyProps } from "./call-props.ts";
import { DiffView } from "./DiffView.tsx";
import { diffCounts, diffTexts } from "./diff-lines.ts";
import { drawCall, type Edit, type Page } from "./drawn-call.ts";
import { PlanView } from "./PlanView.tsx";
import { RawCall } from "./RawCall.tsx";
import { TerminalView } from "./TerminalView.tsx";

export function CallBody(props: CallBodyProps): ReactElement {
  const { tool, result, waiting = "", onOpenFile } = props;
  const call = { ...tool, text: result?.text ?? null, isError: result?.isError ?? false };
  const drawn = drawCall({ name: call.name, input: call.input, text: call.text, isError: call.isError });
  switch (drawn.kind) {
    case "command":
      return result === null ? (
        <>
          <TerminalView command={drawn.command} cwd={drawn.cwd} output="" />
          {waiting && <p className={shapes.meta}>{waiting}</p>}
        </>
      ) : (
        <CommandOutput command={drawn.command} cwd={drawn.cwd} result={result} />
      );
    case "edit":
      return (
        <>
          <EditView path={drawn.path} edits={drawn.edits} isWhole={drawn.isWhole} onOpenFile={onOpenFile} />
          {result && <Said text={result.text} isError={result.isError} />}
          {!result && waiting && <p className={shapes.meta}>{waiting}</p>}
        </>
      );
    case "hits":
      return (
        <>
          <ol className={`${shapes.bare} ${styles.hits}`} aria-label="Results">
            {drawn.hits.map(({ path, line, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: hits have no identity but their place
              <li key={index}>
                <PathName path={path} onOpenFile={onOpenFile} />
                <span className={styles.place}>:{line}</span> <code>{text.trim()}</code>
              </li>
            ))}
          </ol>
          {drawn.note && <p className={shapes.meta}>{drawn.note}</p>}
        </>
      );
    case "pages":
      return (
        <ol className={`${shapes.bare} ${styles.pages}`} aria-label="Results">
          {drawn.pages.map((page) => (
            <li key={page.url}>
              <PageView page={page} />
            </li>
          ))}
        </ol>
      );
    case "page":
      return (
        <>
          <PageView page={drawn.page} />
          {drawn.text !== "" && (
            <details className={styles.more}>
              <summary>What the bot read</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long text scrolls, so the keyboard must reach it */}
              <pre className={styles.text} tabIndex={0}>
                {drawn.text}
              </pre>
            </details>
          )}
        </>
      );
    case "plan":
      return (
        <>
          <PlanView steps={drawn.steps} />
          {drawn.note && <Said text={drawn.note} isError={call.isError} />}
        </>
      );
    case "other":
      return <RawCall tool={tool} result={result} waiting={waiting} />;
  }
}

function EditView({
  path,
  edits,
  isWhole,
  onOpenFile,
}: {
  readonly path: string;
  readonly edits: readonly Edit[];
  readonly isWhole: boolean;
  readonly onOpenFile?: CallBodyProps["onOpenFile"];
}): ReactElement {
  const diffs = edits.map(({ before, after }) => diffTexts(before, after, isWhole));
  return (
    <>
      <p className={styles.head}>
        <PathName path={path} onOpenFile={onOpenFile} />{" "}
        <span className={shapes.meta}>{isWhole ? "written whole" : diffCounts(diffs.flat())}</span>
      </p>
      {diffs.map((lines, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: edits have no identity but their place
        <DiffView key={index} lines={lines} label={`Changes of ${path}`} />
      ))}
    </>
  );
}

function PathName({
  path,
  onOpenFile,
}: {
  readonly path: string;
  readonly onOpenFile?: CallBodyProps["onOpenFile"];
}): ReactElement {
  if (!onOpenFile || path === "") return <code className={styles.path}>{path}</code>;
  return (
    <button type="button" className={`${shapes.wordLink} ${styles.path}`} onClick={() => onOpenFile(path)}>
      {path}
    </button>
  );
}

function PageView({ page: { title, url, excerpt } }: { readonly page: Page }): ReactElement {
  return (
    <div className={styles.page} dir="auto">
      <a href={url} target="_blank" rel="noopener noreferrer nofollow">
        {title || url}
      </a>
      <span className={`${shapes.cut} ${shapes.meta}`}>{url}</span>
      {excerpt && <p className={styles.excerpt}>{excerpt}</p>}
    </div>
  );
}

/** What a call says besides its drawing, if anything. */
function Said({ text, isError }: { readonly text: string; readonly isError: boolean }): ReactElement | null {
  if (text === "") return null;
  return <p className={isError ? styles.problem : shapes.meta}>{text.slice(0, 2_000)}</p>;
}
