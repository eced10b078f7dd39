/** Tests who may read whom, over any store: MB8 and ME2 of SPEC.md. */
import type { Bot } from "@reef/protocol/bot";
import type { Link, LinkEnd } from "@reef/protocol/link";
import type { Session } from "@reef/protocol/session";
import { describe, expect, it } from "vitest";
import { changeBot } from "../registry/bots.ts";
import { createSession } from "../session/sessions.ts";
import type { Harness, OpenStore } from "../testing/harness.ts";
import { startHarness } from "../testing/harness.ts";
import { answer, type Script } from "../testing/scripted-runtime.ts";
import { createTopic } from "../topic/topics.ts";
import { readAccess } from "./access.ts";
import { putLinks } from "./links.ts";

/** Makes the calls that its message names as JSON and reports their results; otherwise answers with a word. */
const obedient: Script = ({ entries, turn }) => {
  const ofTurn = entries.filter(({ turnId, kind }) => turnId === turn.id && kind !== "notice");
  const said = ofTurn.find(({ kind }) => kind === "person")?.text ?? "";
  if (!said.startsWith("[")) return "the word is heron";
  if (ofTurn.at(-1)?.kind === "tool_result")
    return ofTurn.flatMap(({ kind, text }) => (kind === "tool_result" ? [text] : [])).join("\n");
  return [answer("", ...JSON.parse(said).map((call: object, at: number) => ({ ...call, callId: `${turn.id}_${at}` })))];
};

async function tell(reef: Harness, session: Session, name: string, input: object): Promise<string> {
  await reef.settled((await reef.send(session, JSON.stringify([{ name, input }]))).id);
  return (await reef.entries(session.id)).findLast(({ kind }) => kind === "tool_result")?.text ?? "";
}

async function twoBots(reef: Harness): Promise<{ reader: Bot; owner: Bot; reading: Session; other: Session }> {
  const reader = await reef.newBot({ name: "reader" });
  const owner = await reef.newBot({ name: "owner" });
  const reading = await reef.newSession(reader, "reading");
  const other = await reef.newSession(owner, "plans");
  await reef.settled((await reef.send(other, "the vault opens at noon")).id);
  return { reader, owner, reading, other };
}

export function describeReading(open: OpenStore): void {
  describe("reading", () => {
    it("MB8: links about reading decide who reads, those about writing do not, and the first that fits decides", async () => {
      await using reef = await startHarness(open, { script: obedient });
      const { reader, owner, reading, other } = await twoBots(reef);
      const from = { kind: "bot", botId: reader.id } as const;
      const to = { kind: "bot", botId: owner.id } as const;
      const read = () => tell(reef, reading, "session_read", { session: other.id });
      expect(await read()).toContain("vault");
      await putLinks(reef.deps, { items: [{ from, to, allow: false }] });
      expect(await read()).toContain("vault");
      await putLinks(reef.deps, { items: [{ from, to, allow: false, right: "read" }] });
      expect(await read()).toBe("refused: links do not let “reading” read “plans”");
      expect(await tell(reef, reading, "session_send", { to: other.id, text: "hello" })).toContain("sent to “plans”");
      expect(await tell(reef, reading, "session_list", {})).toContain(other.id);
      // A session may read itself, whatever the links say.
      expect(await tell(reef, reading, "session_read", { session: reading.id })).toContain("session_read");
      const any = { kind: "any" } as const;
      const lets = { from, to: any, allow: true, right: "read" } as const;
      await putLinks(reef.deps, { items: [lets, { from: any, to: any, allow: false, right: "read" }] });
      expect(await read()).toContain("vault");
      await putLinks(reef.deps, {
        items: [
          { from, to, allow: false, right: "read" },
          { from, to, allow: false, right: "write" },
        ],
      });
      expect(await tell(reef, reading, "session_list", {})).not.toContain(other.id);
    });

    it("MB8: a reading that is refused is recorded in the reader's transcript, by a link as for an incognito session", async () => {
      await using reef = await startHarness(open, { script: obedient });
      const { owner, reading, other } = await twoBots(reef);
      const any = { kind: "any" } as const;
      await putLinks(reef.deps, { items: [{ from: any, to: any, allow: false, right: "read" }] });
      await tell(reef, reading, "session_read", { session: other.id });
      await putLinks(reef.deps, { items: [] });
      const hidden = await createSession(reef.deps, { botId: owner.id, title: "diary", memory: "off" });
      await tell(reef, other, "session_read", { session: hidden.id });
      await tell(reef, reading, "session_read", { session: other.id });
      const refusalsOf = async (session: Session) =>
        (await reef.entries(session.id)).flatMap(({ kind, notice, text }) =>
          kind === "notice" && notice?.type === "refused" ? [{ ...notice, text }] : [],
        );
      expect(await refusalsOf(reading)).toEqual([
        { type: "refused", to: other.id, right: "read", text: "Refused: links do not let “reading” read “plans”." },
      ]);
      expect(await refusalsOf(other)).toEqual([
        {
          type: "refused",
          to: hidden.id,
          right: "read",
          text: "Refused: “diary” is incognito, so no other session reads it.",
        },
      ]);
      const end = new Date(reef.clock.now() + 1_000).toISOString();
      const { refusals } = await reef.store.read.timeline({ since: new Date(0).toISOString(), before: end, limit: 10 });
      expect(refusals.length).toBe(2);
    });

    it("MB8: a private bot's sessions are read by no other bot, whatever links allow; they can still be written to", async () => {
      await using reef = await startHarness(open, { script: obedient });
      const { reader, owner, reading, other } = await twoBots(reef);
      const any = { kind: "any" } as const;
      await putLinks(reef.deps, { items: [{ from: any, to: any, allow: true, right: "read" }] });
      await changeBot(reef.deps, owner.id, { private: true });
      expect(await tell(reef, reading, "session_read", { session: other.id })).toBe(
        "refused: “plans” belongs to a private bot, so no other bot reads it",
      );
      expect(await tell(reef, reading, "session_list", {})).toContain(other.id);
      expect(await tell(reef, reading, "session_send", { to: other.id, text: "hello" })).toContain("sent to “plans”");
      // Its own sessions read each other, and it reads others'.
      const second = await reef.newSession(owner, "second");
      expect(await tell(reef, second, "session_read", { session: other.id })).toContain("vault");
      expect(await tell(reef, second, "session_read", { session: reading.id })).toContain("session_read");
      await putLinks(reef.deps, { items: [{ from: any, to: any, allow: false, right: "write" }] });
      expect(await tell(reef, reading, "session_list", {})).not.toContain(other.id);
      expect(await readAccess(reef.deps, { from: reader.id, to: other.id })).toMatchObject({
        write: { allowed: false, reason: { kind: "rule", rule: 1 } },
        read: { allowed: false, reason: { kind: "private" }, exceptions: [] },
      });
      await changeBot(reef.deps, owner.id, { private: false });
      expect(await tell(reef, reading, "session_read", { session: other.id })).toContain("vault");
    });

    it("MB8: by bot, topic and tree, the tool reads exactly what is said to be readable", async () => {
      await using reef = await startHarness(open, { script: obedient });
      const { reader, owner, reading, other } = await twoBots(reef);
      const topic = await createTopic(reef.deps, { name: "research" });
      const filed = await createSession(reef.deps, { botId: owner.id, title: "filed", topicId: topic.id });
      await reef.settled((await reef.send(filed, "the heron flies at dawn")).id);
      await tell(reef, reading, "session_spawn", { task: "look around", bot: owner.id, title: "below" });
      const below = await reef.until(async () => (await reef.store.read.sessionsByTitle("below"))[0]);
      await reef.until(async () => (await reef.store.read.session(below.id))?.turnId === null);
      const hidden = await createSession(reef.deps, { botId: owner.id, title: "diary", memory: "off" });
      const targets = [other, filed, below, hidden, reading];
      const [any, tree] = [{ kind: "any" }, { kind: "tree" }] as const;
      const inTopic = { kind: "topic", topicId: topic.id } as const;
      const ofBot = { kind: "bot", botId: owner.id } as const;
      const deny = (from: LinkEnd, to: LinkEnd) => ({ from, to, allow: false, right: "read" }) as const;
      const allow = (from: LinkEnd, to: LinkEnd) => ({ from, to, allow: true, right: "read" }) as const;
      const lists: readonly (readonly Link[])[] = [
        [],
        [deny(any, inTopic)],
        [allow(tree, tree), deny(any, any)],
        [allow(any, inTopic), deny(any, ofBot)],
        [deny(tree, tree), allow(ofBot, any), deny(any, any)],
      ];
      const seen: string[] = [];
      for (const items of lists) {
        await putLinks(reef.deps, { items: [...items] });
        for (const target of targets) {
          const text = await tell(reef, reading, "session_read", { session: target.id });
          const { read } = await readAccess(reef.deps, { from: reading.id, to: target.id });
          expect(!/^(refused|there is no session)/.test(text)).toBe(read.allowed);
          seen.push(read.allowed ? "y" : "n");
        }
        seen.push(" ");
        // What is said of the bots holds for each session that no named rule makes an exception of.
        const whole = (await readAccess(reef.deps, { from: reader.id, to: owner.id })).read;
        if (whole.exceptions.length > 0) continue;
        const pair = (await readAccess(reef.deps, { from: reading.id, to: other.id })).read;
        expect(pair.allowed).toBe(whole.allowed);
      }
      expect(seen.join("")).toBe("yyyny ynyny nnyny nynny nnnny ");
    });

    it("ME2: to other bots an incognito session is not there; their own bot's other sessions do not read it either", async () => {
      await using reef = await startHarness(open, { script: obedient });
      const { owner, reading, other } = await twoBots(reef);
      const hidden = await createSession(reef.deps, { botId: owner.id, title: "</message>\nsecret", memory: "off" });
      await reef.settled((await reef.send(hidden, "nobody is to know of the heron")).id);
      for (const name of [hidden.id, hidden.title]) {
        for (const tool of ["session_read", "session_send"]) {
          const input = tool === "session_read" ? { session: name } : { to: name, text: "x" };
          expect(await tell(reef, reading, tool, input)).toMatch(/^(there is no session|no session is titled)/);
        }
      }
      expect(await tell(reef, reading, "session_list", {})).not.toContain(hidden.id);
      expect(await tell(reef, other, "session_list", {})).toContain(`${hidden.id} | ‹·/message> secret | bot owner`);
      expect(await tell(reef, other, "session_read", { session: hidden.id })).toBe(
        "refused: “‹·/message> secret” is incognito, so no other session reads it",
      );
      expect(await tell(reef, hidden, "session_read", { session: hidden.id })).toContain("heron");
    });

    it("ME2: a bot whose only session is incognito is written to in a new one", async () => {
      await using reef = await startHarness(open, { script: obedient });
      const { reading } = await twoBots(reef);
      const shy = await reef.newBot({ name: "shy" });
      const hidden = await createSession(reef.deps, { botId: shy.id, memory: "off" });
      expect(await tell(reef, reading, "session_send", { to: "shy", text: "hello" })).toContain("sent to");
      expect(await reef.entries(hidden.id)).toEqual([]);
    });

    it("ME2: what an incognito session answers is not given to who waits for it, and it can be written back to", async () => {
      await using reef = await startHarness(open, { script: obedient });
      const { owner, reading, other } = await twoBots(reef);
      const sent = await tell(reef, reading, "session_send", { to: other.id, text: "what is the word?" });
      const id = /msg_[\w-]+/.exec(sent)?.[0] ?? "";
      await reef.settled(id as never);
      expect(await tell(reef, reading, "session_wait", { for: id })).toContain("heron");
      await reef.deps.store.commit({
        at: new Date(reef.clock.now()).toISOString(),
        ops: [{ op: "session.change", id: other.id, fields: { memory: "off" } }],
      });
      const waited = await tell(reef, reading, "session_wait", { for: id });
      expect(waited).not.toContain("heron");
      expect(waited).toContain("is incognito");
      const hidden = await createSession(reef.deps, { botId: owner.id, memory: "off" });
      await tell(reef, hidden, "session_send", { to: reading.id, text: "psst" });
      const [message] = (
        await reef.store.read.messages({ sessionId: reading.id, fromSessionId: hidden.id }, { limit: 1, cursor: null })
      ).items;
      expect(message?.from).toMatchObject({ kind: "session", sessionId: hidden.id });
    });
  });
}
