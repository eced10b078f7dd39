/** Tests the one decision about who may write to and read whom (MB8). */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AccessParty, accessWords, decideAccess } from "./decide-access.ts";
import type { BotId, SessionId, TopicId } from "./ids.ts";
import type { Link, LinkEnd } from "./link.ts";

const bots = ["bot_a", "bot_b"] as BotId[];
const topics = ["tpc_a", "tpc_b"] as TopicId[];
const roots = ["ses_a", "ses_b"] as SessionId[];

const end = fc.oneof<fc.Arbitrary<LinkEnd>[]>(
  fc.constant({ kind: "any" }),
  fc.constant({ kind: "tree" }),
  fc.constantFrom(...bots).map((botId) => ({ kind: "bot", botId })),
  fc.constantFrom(...topics).map((topicId) => ({ kind: "topic", topicId })),
);
const link: fc.Arbitrary<Link> = fc.record({
  from: end,
  to: end,
  allow: fc.boolean(),
  right: fc.constantFrom("write", "read"),
});
const names = { bot: (id: BotId) => id.slice(4), topic: (id: TopicId) => id.slice(4) };

function sessionsOf(botId: BotId): readonly AccessParty[] {
  return [...topics, null].flatMap((topicId) =>
    roots.map((rootId) => ({ id: `${botId}${topicId}${rootId}` as SessionId, botId, topicId, rootId, memory: "on" })),
  );
}

test("MB8: what is said of two bots holds for all their sessions, and what may differ is named", () => {
  fc.assert(
    fc.property(
      fc.array(link, { maxLength: 6 }),
      fc.constantFrom("write", "read"),
      fc.boolean(),
      (links, right, isPrivate) => {
        const to = { botId: bots[1] as BotId, private: isPrivate };
        const whole = decideAccess(links, right, { from: { botId: bots[0] as BotId }, to });
        const pairs = sessionsOf(bots[0] as BotId).flatMap((from) =>
          sessionsOf(bots[1] as BotId).map((session) =>
            decideAccess(links, right, { from, to: { ...session, private: isPrivate } }),
          ),
        );
        for (const pair of pairs) {
          expect(pair.exceptions).toEqual([]);
          if (pair.allowed === whole.allowed) continue;
          // A session that differs does so by a rule that was named.
          expect(pair.reason.kind === "rule" && whole.exceptions.includes(pair.reason.rule)).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("MB8: the reason names the rule that decides, and the exceptions", () => {
  const [a, b] = bots as [BotId, BotId];
  const links: Link[] = [
    { from: { kind: "topic", topicId: topics[0] as TopicId }, to: { kind: "any" }, allow: true, right: "read" },
    { from: { kind: "bot", botId: a }, to: { kind: "bot", botId: b }, allow: false, right: "read" },
  ];
  const say = (right: "write" | "read", isPrivate = false) => {
    const access = decideAccess(links, right, { from: { botId: a }, to: { botId: b, private: isPrivate } });
    return accessWords(access, { right, links, names });
  };
  expect(say("write")).toBe("No rule about writing matches, so it is allowed.");
  expect(say("read")).toBe("Rule 2 denies reading: bot “a” → bot “b”. Except by rule 1 (topic “a” → anyone).");
  expect(say("read", true)).toBe("The bot is private: other bots can't read its sessions.");
  expect(say("write", true)).toBe("No rule about writing matches, so it is allowed.");
});
