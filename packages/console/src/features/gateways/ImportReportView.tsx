/**
 * Reports what an import created, or would create: bots, sessions, what exists already, and everything that cannot be read,
 * with the reason.
 */
import type { ImportedBot, ImportedSession, ImportReport, ImportState } from "@reef/protocol/import";
import type { Progress } from "@reef/protocol/progress";
import type { ReactElement } from "react";
import { Button } from "../../ui/Button.tsx";
import { countOf, shortCount } from "../../ui/count.ts";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./ImportScreen.module.css";

const shownSessions = 60;

export function ImportReportView({
  report,
  problems,
  onRun,
}: {
  readonly report: ImportReport;
  /** Problems found during the run, beside those of the report. */
  readonly problems: Progress["problems"];
  /** Null once it was run. */
  readonly onRun: (() => void) | null;
}): ReactElement {
  const { bots, sessions, entries, memories, dryRun } = report;
  const made = bots.made + sessions.made + entries.made + memories.made;
  const unread = [...report.problems, ...problems.map(({ what, reason }) => ({ path: what, reason }))];
  return (
    <section className={styles.report} aria-label={dryRun ? "Preview" : "Result"}>
      <div className={styles.reportHead}>
        <h2 className={shapes.title}>{headline(dryRun, made)}</h2>
        {onRun && made > 0 && (
          <Button look="primary" onClick={onRun}>
            Import it
          </Button>
        )}
      </div>
      <dl className={styles.tiles}>
        <Tile label="bots" {...bots} dryRun={dryRun} />
        <Tile label="sessions" {...sessions} dryRun={dryRun} />
        <Tile label="entries" {...entries} dryRun={dryRun} />
        <Tile label="memories" {...memories} dryRun={dryRun} />
      </dl>
      {report.redacted > 0 && (
        <p className={styles.hint}>
          {countOf(report.redacted, "secret")} {dryRun ? "would be" : "were"} redacted.
        </p>
      )}
      {report.botList.length > 0 && (
        <section aria-label="Bots">
          <h3 className={styles.heading}>Bots</h3>
          <ul className={shapes.bare}>
            {report.botList.map((bot) => (
              <BotLine key={bot.agentId} bot={bot} dryRun={dryRun} />
            ))}
          </ul>
        </section>
      )}
      {report.sessionList.length > 0 && (
        <section aria-label="Sessions">
          <h3 className={styles.heading}>Sessions</h3>
          <ul className={shapes.bare}>
            {report.sessionList.slice(0, shownSessions).map((session) => (
              <SessionLine key={session.key} session={session} dryRun={dryRun} />
            ))}
          </ul>
          {report.sessionList.length > shownSessions && (
            <p className={styles.hint}>And {report.sessionList.length - shownSessions} more.</p>
          )}
        </section>
      )}
      {unread.length > 0 && (
        <section aria-label="Can't be read">
          <h3 className={styles.heading}>
            {dryRun ? "Can't be read" : "Was not read"}{" "}
            <span className={styles.count}>{report.problemCount + problems.length}</span>
          </h3>
          <ul className={`${shapes.bare} ${styles.problems}`}>
            {unread.map(({ path, reason }) => (
              <li key={`${path} ${reason}`}>
                <code>{path}</code> <span dir="auto">{reason}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </section>
  );
}

function headline(dryRun: boolean, made: number): string {
  if (made === 0) return "Everything is already here: nothing left to import";
  return dryRun ? "This would be created" : "Imported";
}

function Tile({
  label,
  found,
  made,
  dryRun,
}: {
  readonly label: string;
  readonly found: number;
  readonly made: number;
  readonly dryRun: boolean;
}): ReactElement {
  const known = found - made;
  return (
    <div className={styles.tile} title={`${found} found`}>
      <dt>{label}</dt>
      <dd>
        <b>{shortCount(made)}</b>
        <span className={styles.hint}>{known > 0 ? `${shortCount(known)} already here` : dryRun ? "new" : "made"}</span>
      </dd>
    </div>
  );
}

const wordByState: Readonly<Record<ImportState, string>> = {
  new: "new",
  grown: "has grown",
  known: "already here",
};

function BotLine({ bot, dryRun }: { readonly bot: ImportedBot; readonly dryRun: boolean }): ReactElement {
  return (
    <li className={styles.line}>
      <span className={`${shapes.cut} ${styles.name}`} dir="auto">
        {bot.name}
      </span>
      <code className={`${shapes.cut} ${styles.code}`}>{bot.agentId}</code>
      <span className={styles.push} />
      <span className={styles.hint}>
        {countOf(bot.sessions, "session")} · {entriesWords(bot.entries)}
        {bot.memories > 0 && ` · ${bot.memories === 1 ? "1 memory" : `${bot.memories} memories`}`}
      </span>
      <State state={bot.state} dryRun={dryRun} />
    </li>
  );
}

function SessionLine({
  session,
  dryRun,
}: {
  readonly session: ImportedSession;
  readonly dryRun: boolean;
}): ReactElement {
  return (
    <li className={styles.line}>
      {session.sessionId ? (
        <SessionLink sessionId={session.sessionId} className={`${shapes.cut} ${styles.name}`}>
          {session.title}
        </SessionLink>
      ) : (
        <span className={`${shapes.cut} ${styles.name}`} dir="auto">
          {session.title}
        </span>
      )}
      <code className={`${shapes.cut} ${styles.code}`} title={session.key}>
        {session.agentId}
      </code>
      <span className={styles.push} />
      <span className={styles.hint}>
        {session.newEntries === session.entries
          ? entriesWords(session.entries)
          : `${session.newEntries} new of ${entriesWords(session.entries)}`}
      </span>
      <State state={session.state} dryRun={dryRun} />
    </li>
  );
}

function entriesWords(count: number): string {
  return count === 1 ? "1 entry" : `${count} entries`;
}

function State({ state, dryRun }: { readonly state: ImportState; readonly dryRun: boolean }): ReactElement {
  const words = state === "new" && !dryRun ? "made" : wordByState[state];
  return (
    <span className={styles.state} data-state={state}>
      {words}
    </span>
  );
}
