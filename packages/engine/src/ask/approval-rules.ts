/**
 * Decides what the rules say about a call (TO1). The most specific rule wins: first one for this bot over one for every
 * bot, then one that names the tool over a pattern, then one with arguments over one without, whole arguments over
 * patterns and more given signs over fewer. Of equals, the stricter one.
 */
import type { ApprovalDecision, ApprovalRule, ArgumentPattern } from "@reef/protocol/approval";
import type { BotId } from "@reef/protocol/ids";

export interface RuledCall {
  readonly botId: BotId;
  readonly tool: string;
  readonly input: unknown;
}

type RuleHead = Pick<ApprovalRule, "botId" | "tool" | "arguments">;

/** Names a rule: a later one with the same bot, tool and arguments replaces it. */
export function ruleKey({ botId, tool, arguments: pattern }: RuleHead): string {
  return canonical([botId, tool, pattern]);
}

/** Returns the rule that decides; null if none is about the call. */
export function decidingRule<Rule extends RuleHead & Pick<ApprovalRule, "decision">>(
  rules: readonly Rule[],
  call: RuledCall,
): Rule | null {
  const matching = rules.filter((rule) => isAbout(rule, call));
  return matching.toSorted((a, b) => compare(rankOf(b), rankOf(a)))[0] ?? null;
}

function isAbout({ botId, tool, arguments: pattern }: RuleHead, call: RuledCall): boolean {
  if (botId !== null && botId !== call.botId) return false;
  if (!matchesText(tool, call.tool)) return false;
  return pattern === null || matchesInput(pattern, call.input);
}

function matchesInput(pattern: ArgumentPattern, input: unknown): boolean {
  if (typeof pattern === "string") return matchesText(pattern, canonical(input));
  if (typeof input !== "object" || input === null || Array.isArray(input)) return false;
  return Object.entries(pattern).every(([name, expected]) => {
    if (!Object.hasOwn(input, name)) return false;
    const value = (input as Readonly<Record<string, unknown>>)[name];
    return typeof expected === "string" && typeof value === "string"
      ? matchesText(expected, value)
      : canonical(expected) === canonical(value);
  });
}

const strictness: Readonly<Record<ApprovalDecision, number>> = { allow: 0, ask: 1, deny: 2 };

function rankOf({ botId, tool, arguments: pattern, decision }: Parameters<typeof decidingRule>[0][number]) {
  const ofTool = splitPattern(tool);
  const texts = pattern === null ? [] : typeof pattern === "string" ? [pattern] : Object.values(pattern);
  const parts = texts.map((text) => (typeof text === "string" ? splitPattern(text) : [canonical(text)]));
  const signs = (each: readonly string[]) => each.reduce((sum, part) => sum + part.length, 0);
  return [
    botId === null ? 0 : 1,
    ofTool.length === 1 ? 1 : 0,
    signs(ofTool),
    pattern === null ? 0 : 1,
    typeof pattern === "string" && parts[0]?.length === 1 ? 1 : 0,
    parts.reduce((sum, each) => sum + signs(each), parts.length),
    strictness[decision],
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - (b[index] ?? 0);
  return 0;
}

/** Returns the given texts between the signs `*`; one means that there is none. */
function splitPattern(pattern: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (const [given, escaped] of pattern.matchAll(/\\([\\*])|[\s\S]/g)) {
    if (given === "*") {
      parts.push(part);
      part = "";
    } else part += escaped ?? given;
  }
  return [...parts, part];
}

/** Looks for each part after the one before it, so that no pattern takes long. */
function matchesText(pattern: string, text: string): boolean {
  const parts = splitPattern(pattern);
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** Returns the pattern that only exactly this input matches. */
export function exactPattern(input: unknown): string {
  return canonical(input).replace(/[\\*]/g, "\\$&");
}

/** Writes JSON with the keys in alphabetical order: the same for the same value. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}
