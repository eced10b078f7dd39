/**
 * Words what waits at a gateway for the person who answers it here: what would happen, where, and why it is asked.
 * Secrets are blacked out, and no sign of the text changes how the card looks.
 */
import { allowOnce, refuse, toAskCall } from "@reef/engine/ask/approvals";
import type { AskWords } from "@reef/engine/gateway/asks";
import { oneLine } from "@reef/engine/prompt/defuse";
import { redactSecrets } from "@reef/engine/redact/secrets";
import { asCode } from "@reef/engine/turn/approval";
import type { AskOrigin } from "@reef/protocol/ask";
import type { ExecApproval, PluginApproval, QuestionThere, Waiting } from "./waiting.ts";

const allowAlwaysThere = "Always allow in OpenClaw";
/** A secret is given where it is kept: Reef keeps answers as they are. */
export const declineSecret = "Don’t give it";

const labelByDecision = { "allow-once": allowOnce, "allow-always": allowAlwaysThere, deny: refuse } as const;
export type Decision = keyof typeof labelByDecision;

export function decisionOf(answer: string): Decision | null {
  const found = Object.entries(labelByDecision).find(([, label]) => label === answer);
  return found === undefined ? null : (found[0] as Decision);
}

export function labelOf(decision: string): string | null {
  return Object.hasOwn(labelByDecision, decision) ? labelByDecision[decision as Decision] : null;
}

export interface WordedAsk {
  readonly words: AskWords;
  readonly more: Partial<Pick<AskOrigin, "questionId" | "together" | "multiple" | "ownWords">>;
}

/** Returns one ask for an approval, and one for each question. */
export function wordAsks(waiting: Waiting, botName: string): readonly WordedAsk[] {
  switch (waiting.kind) {
    case "exec":
      return [{ words: wordExec(waiting, botName), more: {} }];
    case "plugin":
      return [{ words: wordPlugin(waiting, botName), more: {} }];
    case "question":
      return waiting.questions.map((question) => wordQuestion(question, waiting.questions.length));
  }
}

function wordExec({ request }: ExecApproval, botName: string): AskWords {
  const { cwd, host, nodeId, resolvedPath, scope } = request;
  const command = clean(request.command);
  const warnings = [request.warningText ?? "", ...(request.commandAnalysis?.warningLines ?? [])].filter(Boolean);
  const place = nodeId ? `the node ${nodeId}` : host === "gateway" ? "the gateway’s machine" : host;
  const facts = [
    fact("Folder", cwd),
    fact("Runs on", place),
    fact("Program", resolvedPath),
    fact("Asked because", [...new Set(warnings)].slice(0, 10).join("; ") || null),
    fact("“Always” allows it for the automation", scope?.kind === "standing-grant" ? scope.automation : null),
  ];
  return approval({
    head: `May “${oneLine(botName)}” run this command in OpenClaw?`,
    facts,
    code: command,
    call: toAskCall("exec", { command, ...(cwd && { cwd: clean(cwd) }) }),
    allowed: request.allowedDecisions,
  });
}

function wordPlugin({ request }: PluginApproval, botName: string): AskWords {
  const { title, description, detail, severity, pluginId, toolName } = request;
  const tool = toolName || pluginId || "plugin";
  const code = clean([title, description, detail].filter(Boolean).join("\n\n"));
  return approval({
    head: `May “${oneLine(botName)}” do this in OpenClaw?`,
    facts: [fact("Plugin", pluginId), fact("Tool", toolName), fact("Severity", severity)],
    code,
    call: toAskCall(oneLine(clean(tool)), { request: code }),
    allowed: request.allowedDecisions,
  });
}

function approval(parts: {
  readonly head: string;
  readonly facts: readonly (string | null)[];
  readonly code: string;
  readonly call: NonNullable<AskWords["call"]>;
  readonly allowed: readonly unknown[] | null | undefined;
}): AskWords {
  const { head, code, call, allowed } = parts;
  const facts = parts.facts.filter((each) => each !== null).join("\n");
  const known = (["allow-once", "allow-always", "deny"] as const).filter((each) => allowed?.includes(each));
  const decisions = known.length > 0 ? known : (["allow-once", "deny"] as const);
  return {
    kind: "approval",
    question: [head, facts, asCode(shorten(code, longestCode))].filter((part) => part !== "").join("\n\n"),
    options: decisions.map((each) => labelByDecision[each]),
    freeText: false,
    call,
  };
}

const longestCode = 4_000;

function fact(name: string, value: string | null | undefined): string | null {
  return value ? `- ${name}: ${asInline(oneLine(clean(value), 600))}` : null;
}

/** A sign of Markdown in it is a sign. */
function asInline(value: string): string {
  const longest = Math.max(0, ...(value.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence} ${value} ${fence}`;
}

function wordQuestion(asked: QuestionThere, together: number): WordedAsk {
  const { questionId, url, multiSelect } = asked;
  const question = shorten(clean(asked.question), longestQuestion);
  const more = { questionId, together };
  if (asked.isSecret === true || asked.secretStore != null) {
    return {
      words: {
        kind: "question",
        question: `${question}\n\nOpenClaw asks for a secret. Give it in OpenClaw: Reef does not carry secrets.`,
        options: [declineSecret],
        freeText: false,
      },
      more,
    };
  }
  const options = [...new Set(asked.options.map(({ label }) => label))];
  const notes = asked.options.flatMap(({ label, description }) =>
    description ? [`- ${asInline(oneLine(label))}: ${oneLine(clean(description), 600)}`] : [],
  );
  const multiple = multiSelect === true && options.length > 0;
  const ownWords = asked.isOther === true || options.length === 0;
  const several = multiple ? "You can choose several: write them with commas between." : "";
  const address = url ? `See ${asInline(oneLine(clean(url), 2_048))}` : "";
  return {
    words: {
      kind: "question",
      question: [question, notes.join("\n"), address, several].filter((part) => part !== "").join("\n\n"),
      options,
      freeText: ownWords || multiple,
    },
    more: { ...more, ...(multiple && { multiple, ownWords }) },
  };
}

const longestQuestion = 8_000;

function clean(value: string): string {
  return redactSecrets(value).value;
}

function shorten(value: string, most: number): string {
  return value.length <= most ? value : `${value.slice(0, most).toWellFormed()}…`;
}
