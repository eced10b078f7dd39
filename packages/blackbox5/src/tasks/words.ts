/** Reads the words people and bots use for a status, a priority and a date. What isn't known stays unknown: null. */
import type { TaskPriority, TaskStatus } from "@reef/protocol/task";

const statuses: readonly (readonly [RegExp, TaskStatus])[] = [
  [/^(partial|partially|mostly done|incomplete)\b/, "partial"],
  [/^(completed?|done|finished|closed|resolved|implemented|shipped|merged|verified|fixed|delivered)\b/, "done"],
  [
    /^(in[ _-]?progress|active|claimed|started|working|wip|doing|executing|running|ongoing|under way|underway|in[ _-]?review|review(ing)?)\b/,
    "in_progress",
  ],
  [/^(blocked|waiting|on[ _-]?hold|paused|stuck|needs[ _-]?input)\b/, "blocked"],
  [
    /^(cancell?ed|skipped|obsolete|superseded|duplicate|wont[ _-]?fix|won't[ _-]?fix|deprecated|abandoned|archived|rejected)\b/,
    "cancelled",
  ],
  [/^(failed|failure|error|errored)\b/, "failed"],
  [
    /^(pending|to[ _-]?do|not[ _-]?started|backlog|planned|planning|open|new|queued|ready|draft|initiali[sz]ed|identified|proposed|unstarted|assigned|approved)\b/,
    "pending",
  ],
];

/** `completed ✅`, `in_progress (All P0 …)` and `ACTIVE` are known; `FILL_ME (pending/…)` and `a | b | c` say nothing. */
export function readStatus(text: string | null): TaskStatus | null {
  if (text === null) return null;
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/^[^\p{L}]+/u, "")
    .trim();
  if (isUnfilled(text) || isChoice(plain)) return null;
  return statuses.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

/** A list of what could be said: `critical | high | medium | low`. */
function isChoice(text: string): boolean {
  const parts = text.split(/\s*[|/]\s*/);
  return parts.length >= 3 && parts.every((part) => /^[a-z][a-z _-]{0,20}$/.test(part));
}

const priorities: readonly (readonly [RegExp, TaskPriority])[] = [
  [/^(critical|urgent|highest|blocker|p0)\b/, "critical"],
  [/^(medium-high|high|p1|important)\b/, "high"],
  [/^(medium|normal|moderate|mid|p2)\b/, "medium"],
  [/^(low|lowest|minor|p3|p4)\b/, "low"],
];

export function readPriority(text: string | null): TaskPriority | null {
  if (text === null || isUnfilled(text)) return null;
  const plain = text
    .toLowerCase()
    .replace(/^[^\p{L}]+/u, "")
    .trim();
  if (isChoice(plain)) return null;
  return priorities.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

/** A place for somebody to fill: `FILL_ME`, `YYYY-MM-DD`, `{TIMESTAMP}`, `TASK-XXX`, `[timestamp]`. */
export function isUnfilled(text: string): boolean {
  return /FILL_ME|YYYY-MM-DD|^\s*\{+[A-Za-z_ ]+\}+\s*$|^\s*\[[A-Za-z_ /|-]+\]\s*$|TASK-X{2,}|TASK-\[|TASK-\{/.test(
    text,
  );
}

/**
 * Returns ISO-8601 in UTC; null for a placeholder. A time without a zone is one of the server, which runs in UTC; a date
 * alone is its beginning.
 */
export function readTime(text: string | null): string | null {
  if (text === null) return null;
  const [, date = "", time = "", fraction = "", zone = ""] =
    /^\W*(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2}(?::\d{2})?)(\.\d+)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?/i.exec(text) ?? [];
  if (date === "") return null;
  const offset = zone === "" || /^(z|utc)$/i.test(zone) ? "Z" : zone.replace(/^([+-]\d{2}):?(\d{2})$/, "$1:$2");
  const clock = time === "" ? "00:00:00" : time.length === 5 ? `${time}:00` : time;
  const ms = Date.parse(`${date}T${clock}${fraction.slice(0, 4)}${offset}`);
  if (Number.isNaN(ms)) return null;
  const iso = new Date(ms).toISOString();
  // 2026-02-30 would become another day.
  return Date.parse(`${date}T00:00:00Z`) > 0 && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)
    ? iso
    : null;
}
