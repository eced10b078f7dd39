import type { ApprovalRule } from "@reef/protocol/approval";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { decidingRule, exactPattern, ruleKey } from "./approval-rules.ts";

const bot = makeId("bot");
const rule = (rest: Partial<ApprovalRule>) =>
  ({ botId: null, tool: "act", arguments: null, decision: "allow", ...rest }) as const;
const decide = (rules: readonly ReturnType<typeof rule>[], input: unknown = { what: "x" }, tool = "act") =>
  decidingRule(rules, { botId: bot, tool, input })?.decision ?? null;

describe("rules of approvals", () => {
  it("TO1: the most specific rule wins, whatever the order; of equals the stricter one", () => {
    const all = rule({ tool: "*", decision: "ask" });
    const named = rule({ decision: "deny" });
    const ofBot = rule({ botId: bot, tool: "a*", decision: "allow" });
    const argued = rule({ botId: bot, tool: "a*", arguments: { what: "x*" }, decision: "ask" });
    const exact = rule({ botId: bot, tool: "a*", arguments: exactPattern({ what: "xyz" }), decision: "deny" });
    for (const rules of [
      [all, named, ofBot, argued, exact],
      [exact, argued, ofBot, named, all],
    ]) {
      expect(decide(rules, { what: "xyz" })).toBe("deny");
      expect(decide(rules, { what: "xy" })).toBe("ask");
      expect(decide(rules, { what: "y" })).toBe("allow");
      expect(decidingRule(rules, { botId: makeId("bot"), tool: "act", input: {} })?.decision).toBe("deny");
      expect(decide(rules, {}, "other")).toBe("ask");
    }
    expect(decide([rule({ decision: "allow" }), rule({ decision: "deny" }), rule({ decision: "ask" })])).toBe("deny");
    expect(decide([])).toBeNull();
  });

  it("TO1: a pattern matches what it says and nothing more, whatever signs the arguments hold", () => {
    const pattern = (arguments_: ApprovalRule["arguments"]) => [rule({ arguments: arguments_ })];
    const cases: readonly (readonly [ApprovalRule["arguments"], unknown, boolean])[] = [
      [{ command: "git *" }, { command: "git push", cwd: "/x" }, true],
      [{ command: "git *" }, { command: "legit git push" }, false],
      [{ command: "*.md" }, { command: "a.md.exe" }, false],
      [{ command: "a*a" }, { command: "a" }, false],
      [{ command: "a*b*c" }, { command: "aXbYc" }, true],
      [{ command: "a*b*c" }, { command: "acb" }, false],
      [{ command: "a\\*" }, { command: "a*" }, true],
      [{ command: "a\\*" }, { command: "ab" }, false],
      [{ command: "a\\\\*" }, { command: "a\\b" }, true],
      [{ command: "*" }, {}, false],
      [{ command: "*" }, { command: 7 }, false],
      [{ n: 7, deep: { b: [1], a: null } }, { deep: { a: null, b: [1] }, n: 7 }, true],
      [{ n: 7 }, { n: "7" }, false],
      [{ toString: "*" }, { command: "x" }, false],
      ['{"a":1,"b":*}', { b: [2, 3], a: 1 }, true],
      ["*", null, true],
      [{ a: "*" }, "text", false],
      [{ command: "line*" }, { command: "line\nof\u2028two" }, true],
    ];
    for (const [given, input, matches] of cases)
      expect([given, decide(pattern(given), input)]).toEqual([given, matches ? "allow" : null]);
    for (const input of [{ a: 'quo"te\\ * \\* ' }, { "*": ["\\", "*"] }, "\\", null, [{}], { a: "\ud800" }]) {
      expect(decide([rule({ arguments: exactPattern(input) })], input)).toBe("allow");
      expect(decide([rule({ arguments: exactPattern(input) })], { a: "other" })).toBeNull();
    }
  });

  it("TO1: a long pattern on a long text takes no longer than reading them", () => {
    const hard = `${"a*".repeat(5_000)}b`;
    expect(decide([rule({ arguments: { what: hard } })], { what: "a".repeat(100_000) })).toBeNull();
  });

  it("TO1: the same bot, tool and arguments name the same rule, in whatever order the arguments stand", () => {
    expect(ruleKey(rule({ arguments: { a: "1", b: 2 } }))).toBe(ruleKey(rule({ arguments: { b: 2, a: "1" } })));
    expect(ruleKey(rule({ arguments: { a: "1" } }))).not.toBe(ruleKey(rule({ arguments: '{"a":"1"}' })));
  });
});
