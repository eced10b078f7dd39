/**
 * Reads what waits at a gateway for a person: approvals of commands and of plugins, and questions of agents. Anything
 * may come in, so every text has a bound, and what cannot be read is left out; its id alone is still known to wait.
 */
import type { AskOrigin } from "@reef/protocol/ask";
import { z } from "zod";

export type WaitingKind = AskOrigin["kind"];

const Id = z.string().min(1).max(200);
const Time = z.number().nonnegative().max(Date.parse("9999-12-31T23:59:59.999Z"));
/** Bounds a text, and reads anything else as missing. */
const text = (most: number) =>
  z
    .string()
    .transform((value) => (value.length <= most ? value : `${value.slice(0, most - 1).toWellFormed()}…`))
    .nullish()
    .catch(null);
/** A key that was cut would name another session. */
const Key = z.string().min(1).max(500).nullish().catch(null);

const Head = { id: Id, createdAtMs: Time, expiresAtMs: Time.nullish().catch(null) };
const Place = { sessionKey: Key, agentId: Key };
const Decisions = z.array(z.unknown()).max(20).nullish().catch(null);

const ExecApproval = z.object({
  ...Head,
  request: z.object({
    ...Place,
    command: z.string().trim().min(1).max(100_000),
    cwd: text(1_000),
    host: text(100),
    nodeId: text(200),
    resolvedPath: text(1_000),
    warningText: text(2_000),
    commandAnalysis: z
      .object({ warningLines: z.array(z.string().max(1_000)).max(50) })
      .nullish()
      .catch(null),
    scope: z
      .object({ kind: text(50), automation: text(200) })
      .nullish()
      .catch(null),
    allowedDecisions: Decisions,
  }),
});
export type ExecApproval = z.infer<typeof ExecApproval>;

const PluginApproval = z.object({
  ...Head,
  request: z.object({
    ...Place,
    title: z.string().trim().min(1).max(2_000),
    description: text(4_000),
    detail: text(20_000),
    severity: text(50),
    pluginId: text(200),
    toolName: text(200),
    allowedDecisions: Decisions,
  }),
});
export type PluginApproval = z.infer<typeof PluginApproval>;

const Option = z.object({ label: z.string().trim().min(1).max(500), description: text(1_000) });
const Question = z.object({
  questionId: z.string().min(1).max(100),
  header: text(200),
  question: z.string().trim().min(1).max(20_000),
  url: text(2_048),
  options: z.array(Option).max(20).default([]),
  multiSelect: z.boolean().nullish(),
  isOther: z.boolean().nullish(),
  isSecret: z.boolean().nullish(),
  secretStore: z.unknown().optional(),
});
const Questions = z.object({ ...Head, ...Place, questions: z.array(Question).min(1).max(10) });
export type QuestionThere = z.infer<typeof Question>;
export type QuestionsThere = z.infer<typeof Questions>;

export type Waiting =
  | ({ readonly kind: "exec" } & ExecApproval)
  | ({ readonly kind: "plugin" } & PluginApproval)
  | ({ readonly kind: "question" } & QuestionsThere);

/** Returns null for what cannot be read. */
export function readWaiting(kind: WaitingKind, payload: unknown): Waiting | null {
  switch (kind) {
    case "exec": {
      const read = ExecApproval.safeParse(payload);
      return read.success ? { kind, ...read.data } : null;
    }
    case "plugin": {
      const read = PluginApproval.safeParse(payload);
      return read.success ? { kind, ...read.data } : null;
    }
    case "question": {
      const read = Questions.safeParse(payload);
      if (!read.success) return null;
      const ids = new Set(read.data.questions.map(({ questionId }) => questionId));
      return ids.size === read.data.questions.length ? { kind, ...read.data } : null;
    }
  }
}

/** The names by which a gateway speaks of each kind. */
export const methodsOf = {
  exec: { list: "exec.approval.list", resolve: "exec.approval.resolve", get: "approval.get" },
  plugin: { list: "plugin.approval.list", resolve: "plugin.approval.resolve", get: "approval.get" },
  question: { list: "question.list", resolve: "question.resolve", get: "question.get" },
} as const satisfies Readonly<Record<WaitingKind, object>>;

const Named = z.object({ id: Id });
const ApprovalList = z.array(z.unknown());
const QuestionList = z.object({ questions: z.array(z.unknown()) });

export interface WaitingList {
  readonly waiting: readonly Waiting[];
  /** Ids of all that waits, also of what cannot be read. */
  readonly ids: ReadonlySet<string>;
  readonly unreadable: number;
}

/** Returns null for an answer that is no list. */
export function readList(kind: WaitingKind, payload: unknown): WaitingList | null {
  const list =
    kind === "question" ? QuestionList.safeParse(payload).data?.questions : ApprovalList.safeParse(payload).data;
  if (list === undefined) return null;
  const read = list.map((each) => readWaiting(kind, each));
  return {
    waiting: read.filter((each) => each !== null),
    ids: new Set(list.flatMap((each) => Named.safeParse(each).data?.id ?? [])),
    unreadable: read.filter((each) => each === null).length,
  };
}

export type WaitingEvent =
  | { readonly type: "requested"; readonly kind: WaitingKind; readonly payload: unknown }
  | { readonly type: "resolved"; readonly kind: WaitingKind; readonly id: string; readonly payload: unknown };

const kindByPrefix: Readonly<Record<string, WaitingKind>> = {
  "exec.approval": "exec",
  "plugin.approval": "plugin",
  question: "question",
};

/** Returns null for an event about something else. */
export function readWaitingEvent(event: string, payload: unknown): WaitingEvent | null {
  const [, prefix = "", what] = /^(.+)\.(requested|resolved)$/.exec(event) ?? [];
  const kind = Object.hasOwn(kindByPrefix, prefix) ? kindByPrefix[prefix] : undefined;
  if (kind === undefined) return null;
  if (what === "requested") return { type: "requested", kind, payload };
  const named = Named.safeParse(payload);
  return named.success ? { type: "resolved", kind, id: named.data.id, payload } : null;
}
