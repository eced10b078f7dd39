/** Tests MB10 over any store: bots that only keep each other busy are held, with one ask, in sight of all of them. */
import type { Ask } from "@reef/protocol/ask";
import type { Session } from "@reef/protocol/session";
import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import { type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { answer, type Script } from "../testing/scripted-runtime.ts";
import { letItGoOn, stopIt } from "./chain.ts";

const page = { limit: 500, cursor: null };

/** Each bot writes to the next, what the words say, after every message. */
function passing(next: Readonly<Record<string, string>>, words: (hops: number, bot: string) => string): Script {
  return ({ bot, entries, turn }) =>
    entries.some(({ kind, turnId }) => kind === "tool_result" && turnId === turn.id)
      ? "sent"
      : [answer("", { name: "session_send", input: { to: next[bot.name], text: words(turn.hops, bot.name) } })];
}

async function sessionsOf(reef: Harness, names: readonly string[]): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  for (const name of names) sessions.push(await reef.newSession(await reef.newBot({ name }), name));
  return sessions;
}

/** Returns the one open ask, once nothing runs any more. */
function heldAsk(reef: Harness): Promise<Ask> {
  return reef.until(async () => {
    const { items } = await reef.store.read.asks({ kind: "chain", state: "open" }, page);
    const { runningTurns, deadMessages } = await reef.store.read.totals();
    return items.length === 1 && runningTurns + deadMessages === 0 && reef.worker.runningTurns() === 0 && items[0];
  });
}

const sentIn = async (reef: Harness, { chainId }: Ask) =>
  (await reef.store.read.messages({ chainId: chainId ?? ("" as never), betweenBots: true }, page)).items;

export function describeLoopGuard(open: OpenStore): void {
  describe("loops between bots", () => {
    it("MB10: two polite bots are held at the third message that says the same, which every session of the chain shows", async () => {
      const polite = { a: "b", b: "a" };
      await using reef = await startHarness(open, {
        script: passing(polite, (hops) => (hops % 2 === 0 ? "Thank you!" : "thank you…")),
      });
      const [a, b] = await sessionsOf(reef, ["a", "b"]);
      if (a === undefined || b === undefined) return;
      await reef.send(a, "go");
      const ask = await heldAsk(reef);
      expect(ask.question).toContain("3 messages between two sessions say nearly the same; the work has used");
      expect(await sentIn(reef, ask)).toHaveLength(3);
      for (const { id } of [a, b]) {
        const notices = (await reef.entries(id)).filter(({ notice }) => notice?.type === "chain_held");
        expect(notices).toHaveLength(1);
      }
      await answerAsk(reef.deps, ask.id, { answer: letItGoOn });
      const again = await heldAsk(reef);
      expect(again.id).not.toBe(ask.id);
      expect((await sentIn(reef, again)).length).toBe(6);
      await answerAsk(reef.deps, again.id, { answer: stopIt });
      expect((await reef.settled(again.messageId as never)).state).toBe("cancelled");
    });

    it("MB10: a ring of three that always says something new ends at the hop limit", async () => {
      const ring = { a: "b", b: "c", c: "a" };
      await using reef = await startHarness(open, {
        script: passing(ring, (hops, bot) => `${bot} has counted to ${hops}`),
      });
      const [a] = await sessionsOf(reef, ["a", "b", "c"]);
      if (a === undefined) return;
      await reef.send(a, "go");
      const ask = await heldAsk(reef);
      expect(ask.question).toContain("passed on 12 messages");
      expect(await sentIn(reef, ask)).toHaveLength(13);
    });

    it("MB10: a bot that writes to itself is held like two", async () => {
      await using reef = await startHarness(open, { script: passing({ a: "a" }, () => "again") });
      const [a] = await sessionsOf(reef, ["a"]);
      if (a === undefined) return;
      const other = await reef.newSession(await reef.newBot({ name: "b" }), "b");
      await reef.send(a, "go");
      const settled = await reef.until(async () => reef.worker.runningTurns() === 0 && (await reef.entries(a.id)));
      expect(settled.length).toBeLessThan(40);
      expect(await reef.entries(other.id)).toEqual([]);
    });

    it("MB10: a storm of one sender is held: at a pair's rate, and at the bound of the chain", async () => {
      let n = 0;
      const storm =
        (to: (n: number) => string): Script =>
        (context) => {
          if (context.bot.name !== "a" || context.entries.some(({ kind }) => kind === "tool_result")) return "heard";
          const sends = Array.from({ length: 40 }, () => {
            n += 1;
            return { name: "session_send", input: { to: to(n), text: `number ${n}` }, callId: `call_${n}` };
          });
          return [answer("", ...sends)];
        };
      const guardLimits = { echoes: 3, pairPerMinute: 10, messages: 25 };
      for (const [to, expected] of [
        [() => "b", 10],
        [(at: number) => (at % 4 === 0 ? "b" : at % 4 === 1 ? "c" : at % 4 === 2 ? "d" : "e"), 25],
      ] as const) {
        n = 0;
        await using reef = await startHarness(open, { script: storm(to), settings: { guardLimits } });
        const [a] = await sessionsOf(reef, ["a", "b", "c", "d", "e"]);
        if (a === undefined) return;
        await reef.send(a, "go");
        const ask = await heldAsk(reef);
        const sent = await sentIn(reef, ask);
        expect(sent.filter(({ held }) => !held)).toHaveLength(expected);
        expect(sent.filter(({ held }) => held).length).toBe(40 - expected);
      }
    });
  });
}
