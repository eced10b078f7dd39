/** Counts what an import created, or would create, while it runs; the names it lists are bounded. */
import type { ImportedBot, ImportedSession, ImportReport } from "@reef/protocol/import";

/** Reports what is not imported, and why. */
export type Tell = (path: string, reason: string) => void;

export interface Tally {
  readonly tell: Tell;
  bot(bot: ImportedBot): void;
  session(session: ImportedSession): void;
  memories(found: number, made: number): void;
  redacted(count: number): void;
  report(): ImportReport;
}

const maxProblems = 1_000;
const maxSessions = 2_000;

export function createTally(dryRun: boolean): Tally {
  const problems: { path: string; reason: string }[] = [];
  const botList: ImportedBot[] = [];
  const sessionList: ImportedSession[] = [];
  const counts = { problems: 0, redacted: 0, bots: 0, sessions: 0, newSessions: 0, entries: 0, newEntries: 0 };
  const memories = { found: 0, made: 0 };
  return {
    tell(path, reason) {
      counts.problems += 1;
      if (problems.length < maxProblems) problems.push({ path, reason });
    },
    bot(bot) {
      botList.push(bot);
      if (bot.state === "new") counts.bots += 1;
    },
    session(session) {
      counts.sessions += 1;
      counts.newSessions += session.state === "new" ? 1 : 0;
      counts.entries += session.entries;
      counts.newEntries += session.newEntries;
      if (sessionList.length < maxSessions) sessionList.push(session);
    },
    memories(found, made) {
      memories.found += found;
      memories.made += made;
    },
    redacted(count) {
      counts.redacted += count;
    },
    report: () => ({
      dryRun,
      bots: { found: botList.length, made: counts.bots },
      sessions: { found: counts.sessions, made: counts.newSessions },
      entries: { found: counts.entries, made: counts.newEntries },
      memories: { ...memories },
      redacted: counts.redacted,
      botList: [...botList],
      sessionList: [...sessionList],
      problems: [...problems],
      problemCount: counts.problems,
    }),
  };
}
