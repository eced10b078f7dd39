/**
 * Tells one day of fifteen bots, in order: at which minute who writes into which session, and what the bot does then. Every picture
 * shows the end of this day.
 */
import type { RuntimeStep } from "@reef/engine/port/runtime";
import { RuntimeFailure } from "@reef/engine/port/runtime";

/** One message of a person, and the steps of the bot that answers it. */
export interface Beat {
  /** Minutes before the picture is taken. */
  readonly ago: number;
  /** Index in `sessions`. */
  readonly session: number;
  readonly text: string;
  /** The answer of each call of the runtime, in order. `hold` goes on without an end. */
  readonly calls: readonly Call[];
}

export type Call =
  | { readonly steps: readonly RuntimeStep[]; readonly hold?: boolean }
  | { readonly failure: RuntimeFailure };

export interface SessionPlan {
  readonly title: string;
  /** Index in `bots` and `topics`. */
  readonly bot: number;
  readonly topic: number | null;
  readonly pinned?: boolean;
  /** A person has seen its end. True for every session that a picture opens, so that opening it changes no other picture. */
  readonly read?: boolean;
}

export const sessions: readonly SessionPlan[] = [
  { title: "Release 0.9 checklist", bot: 0, topic: 0, read: true },
  { title: "Invoice follow-ups", bot: 1, topic: 2 },
  { title: "Disk alerts on db-2", bot: 2, topic: 3 },
  { title: "Today", bot: 10, topic: null, pinned: true },
  { title: "Lumelle: launch plan", bot: 4, topic: 2, pinned: true },
  { title: "Uptime: api.siso.dev", bot: 2, topic: 3, pinned: true, read: true },
  { title: "Docs site dark mode", bot: 3, topic: 0, read: true },
  { title: "Bump Node to 24", bot: 8, topic: 0 },
  { title: "n8n webhook retry", bot: 6, topic: 0, read: true },
  { title: "Supabase row policies", bot: 0, topic: 0, read: true },
  { title: "Postgres logical replication", bot: 5, topic: 1 },
  { title: "Rate limiters in the wild", bot: 9, topic: 1 },
  { title: "Agent frameworks this week", bot: 13, topic: 1, read: true },
  { title: "Compare vector stores", bot: 7, topic: 1, read: true },
  { title: "Sprint coordination", bot: 11, topic: 2, read: true },
  { title: "Northwind weekly", bot: 12, topic: 2, read: true },
  { title: "Evening notes", bot: 14, topic: null, read: true },
];

const usage = { inputTokens: 21_400, outputTokens: 640 };

function say(text: string, costUsd: number): Call {
  return { steps: [{ type: "answer", text, calls: [], ...usage, costUsd }] };
}

function call(name: string, input: unknown, costUsd: number, text = ""): Call {
  return { steps: [{ type: "answer", text, calls: [{ callId: `call_${name}`, name, input }], ...usage, costUsd }] };
}

function did(name: string, input: Readonly<Record<string, unknown>>, text: string, durationMs: number): RuntimeStep {
  return { type: "tool", callId: `${name}_${JSON.stringify(input)}`, name, input, text, isError: false, durationMs };
}

function works(steps: readonly RuntimeStep[]): Call {
  return { steps, hold: true };
}

function ask(question: string, options: readonly string[]): Call {
  return call("ask_person", { question, options }, 0.08);
}

const themeCode = `The theme is now one file. Every colour is written once with \`light-dark()\`, so there is no second block that can drift:

\`\`\`css
:root {
  color-scheme: light dark;
  --surface-1: light-dark(#ffffff, #16191c);
  --text-1: light-dark(#191d21, #ecedef); /* 16.9 and 15.1 to one */
}
\`\`\`

One thing to know: the syntax colours of the old highlighter miss 4.5 to one in dark. I am running the tests before I touch them.`;

const stores = `Both hold a million vectors on one machine. What differs:

| store | recall at 10 | p95 | memory |
|---|---|---|---|
| pgvector, HNSW | 0.97 | 11 ms | 6.2 GB |
| Qdrant | 0.98 | 8 ms | 4.9 GB |
| SQLite, brute force | 1.00 | 46 ms | 1.5 GB |

For fewer than 200,000 vectors a plain scan is the simplest, and fast enough.`;

export const beats: readonly Beat[] = [
  {
    ago: 1290,
    session: 16,
    text: "Close the day.",
    calls: [say("Three things went well; the notes are in the journal.", 0.02)],
  },
  { ago: 1100, session: 13, text: "Compare vector stores for a million rows.", calls: [say(stores, 0.24)] },
  {
    ago: 900,
    session: 15,
    text: "What is due for Northwind?",
    calls: [say("Four deliverables are due this week; the first is the audit on Tuesday.", 0.39)],
  },
  {
    ago: 640,
    session: 14,
    text: "Tidy the sprint board.",
    calls: [say("The sprint board is tidy: two cards moved, one closed.", 0.22)],
  },
  {
    ago: 420,
    session: 12,
    text: "Anything new among agent frameworks?",
    calls: [say("Nothing new worth a note.", 0.02)],
  },
  {
    ago: 380,
    session: 9,
    text: "Write row policies for the tenants table.",
    calls: [say("The policies are written and tested with two roles.", 0.11)],
  },
  {
    ago: 96,
    session: 8,
    text: "The webhook gives up too early.",
    calls: [
      {
        steps: [
          did("read", { path: "workflows/webhook.json" }, "{…}", 40),
          did("edit", { path: "workflows/webhook.json" }, "1 change", 90),
          { type: "answer", text: "Retries now back off to ten minutes.", calls: [], ...usage, costUsd: 0.21 },
        ],
      },
    ],
  },
  {
    ago: 50,
    session: 11,
    text: "How do large projects limit request rates?",
    calls: [say("Eleven repositories use one of four patterns. The token bucket is the most common.", 0.2)],
  },
  {
    ago: 38,
    session: 2,
    text: "db-2 is at 91 %. Find out why.",
    calls: [
      {
        steps: [
          did("exec", { command: "du -sh /var/lib/snapshots" }, "412G\t/var/lib/snapshots", 5_200),
          did("exec", { command: "ls -t /var/lib/snapshots | wc -l" }, "41", 300),
          {
            type: "answer",
            text: "41 snapshots older than 30 days take 412 GB.",
            calls: [
              {
                callId: "call_ask",
                name: "ask_person",
                input: { question: "Delete 41 snapshots older than 30 days on db-2?", options: ["Delete", "Keep"] },
              },
            ],
            ...usage,
            costUsd: 0.17,
          },
        ],
      },
    ],
  },
  {
    ago: 24,
    session: 5,
    text: "Why was the API down at 18:10?",
    calls: [
      {
        failure: new RuntimeFailure("The model did not answer after four tries: 503 Service Unavailable", {
          retry: false,
        }),
      },
    ],
  },
  {
    ago: 20,
    session: 7,
    text: "Bump Node to 24 everywhere.",
    calls: [
      {
        steps: [
          did("read", { path: "package.json" }, "{…}", 30),
          did("edit", { path: "package.json" }, "1 change", 60),
          did("edit", { path: ".github/workflows/ci.yml" }, "2 changes", 70),
          did("exec", { command: "npm test" }, "214 passed", 41_000),
          {
            type: "answer",
            text: "All 214 tests pass, with two deprecations left.",
            calls: [],
            ...usage,
            costUsd: 0.7,
          },
        ],
      },
    ],
  },
  {
    ago: 16,
    session: 1,
    text: "Check the open invoices.",
    calls: [ask("Acme is 21 days late on invoice 1042 (€4,300). Send the second reminder?", ["Send", "Not yet"])],
  },
  {
    ago: 12,
    session: 3,
    text: "Plan my day.",
    calls: [say("Your day has three blocks: release, Northwind, and an hour to read.", 0.2)],
  },
  {
    ago: 9,
    session: 3,
    text: "Northwind asked for another time.",
    calls: [say("Moved the Northwind call to 15:30, lunch stays free.", 0.18)],
  },
  {
    ago: 8,
    session: 0,
    text: "Go through the release checklist for 0.9.",
    calls: [
      {
        steps: [
          did("exec", { command: "npm run build" }, "built in 5.8 s", 6_100),
          did("read", { path: "CHANGELOG.md" }, "# Changelog\n…", 100),
          did("exec", { command: "npm pack --dry-run" }, "reef-0.9.0.tgz, 412 kB", 4_800),
          {
            type: "answer",
            text: 'The package is ready. **Two pages** of the docs still use the old names: `createBot` in [Getting started](https://example.com/start) and `wakeAt` in [Schedules](https://example.com/schedules).\n\n```json package.json\n"version": "0.9.0",\n"files": ["dist", "README.md"]\n```',
            calls: [
              {
                callId: "call_ask",
                name: "ask_person",
                input: {
                  question: "Publish 0.9 to npm now, or wait for the docs?",
                  options: ["Publish now", "Wait for the docs", "Release candidate"],
                },
              },
            ],
            ...usage,
            costUsd: 0.41,
          },
        ],
      },
    ],
  },
  {
    ago: 4,
    session: 6,
    text: "The docs site has no dark mode. Use the console's tokens, keep the code blocks readable, and check every page for contrast.",
    calls: [
      {
        steps: [
          {
            type: "answer",
            text: "I'll take the tokens as they are and split the work in three, so that the contrast check can run while I change the theme.",
            calls: [
              {
                callId: "s1",
                name: "session_spawn",
                input: { task: "Read the contrast of every page.", title: "Read the contrast of every page" },
              },
              {
                callId: "s2",
                name: "session_spawn",
                input: { task: "Take screenshots in both themes.", title: "Screenshots in both themes" },
              },
              {
                callId: "s3",
                name: "session_spawn",
                input: { task: "Update the style guide.", title: "Update the style guide" },
              },
            ],
            ...usage,
            costUsd: 0.9,
          },
        ],
      },
      works([
        did("read", { path: "docs/theme.css" }, ":root {}", 120),
        did("read", { path: "docs/dark.css" }, ":root {}", 80),
        did("read", { path: "docs/code.css" }, "pre {}", 80),
        did("edit", { path: "docs/theme.css" }, "14 changes", 300),
        did("edit", { path: "docs/code.css" }, "3 changes", 200),
        did("exec", { command: "npm test -- tokens" }, "18 passed", 23_000),
        { type: "delta", text: themeCode },
      ]),
    ],
  },
  {
    ago: 1,
    session: 10,
    text: "Compare slot failover in Postgres 16 and 17.",
    calls: [works([{ type: "delta", text: "Comparing slot failover in 16 and 17" }])],
  },
  {
    ago: 0.7,
    session: 4,
    text: "What did the survey say about the price?",
    calls: [
      works([
        did("read", { path: "survey-results.csv" }, "812 rows", 400),
        { type: "delta", text: "Reading survey-results.csv" },
      ]),
    ],
  },
];

/** What the spawned sessions do, by the task they were given. */
export const spawnedByTask: Readonly<Record<string, readonly Call[]>> = {
  "Read the contrast of every page.": [works([{ type: "delta", text: "38 of 61 pages" }])],
  "Take screenshots in both themes.": [say("122 files, no page without a dark state", 0.3)],
  "Update the style guide.": [works([{ type: "phase", phase: "waiting", reason: "waiting for a free slot" }])],
};
