/** Tests that what others said keeps their trust, however it comes to be kept (ME5). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSenders } from "@reef/engine/memory/heard-from";
import { changeMemory, remember } from "@reef/engine/memory/remember";
import { type Harness, startHarness } from "@reef/engine/testing/harness";
import { answer, type Script } from "@reef/engine/testing/scripted-runtime";
import type { Session } from "@reef/protocol/session";
import { openRecall } from "@reef/recall/open-recall";
import { openSqliteStore } from "@reef/store/sqlite/open";
import { afterAll, describe, expect, it } from "vitest";

const root = mkdtempSync(join(tmpdir(), "reef-heard-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const page = { limit: 100, cursor: null };
const fact = "The vault opens at noon with the blue key.";

function start(script: Script): Promise<Harness> {
  const folder = mkdtempSync(join(root, "store-"));
  return startHarness((clock) => openSqliteStore({ folder, clock }), {
    script,
    openRecall: () => openRecall({ folder: join(folder, "recall") }),
  });
}

/**
 * Makes the calls that a person's message lists after “do”, as JSON, one after another; else repeats what another
 * session said.
 */
const obedient: Script = ({ entries, turn }) => {
  const own = entries.filter(({ turnId }) => turnId === turn.id);
  const said = own.find(({ kind }) => kind === "person")?.text ?? "";
  const heard = own.find(({ kind }) => kind === "session")?.text;
  if (heard !== undefined) return `Noted: ${heard}`;
  const calls = said.includes("do [") ? JSON.parse(said.slice(said.indexOf("do [") + 3)) : [];
  const done = own.filter(({ kind }) => kind === "tool_result").length;
  return done < calls.length ? [answer("", { ...calls[done], callId: `${turn.id}_${done}` })] : "done";
};

async function tell(harness: Harness, session: Session, calls: readonly object[], words = ""): Promise<void> {
  await harness.settled((await harness.send(session, `${words}do ${JSON.stringify(calls)}`)).id);
}

describe("words of others", () => {
  it("ME5: a list of one's schedules taints nothing but what repeats it", async () => {
    const saveOf = (text: string) => ({ name: "memory_save", input: { text } });
    const plan = { name: "schedule_create", input: { text: fact, inMinutes: 60 } };
    const scripts: Record<string, readonly object[]> = {
      list: [{ name: "schedule_list", input: {} }, saveOf("The harbour master is called Ines.")],
      repeat: [plan, { name: "schedule_list", input: {} }, saveOf(fact)],
      read: [{ name: "session_read", input: { session: "other" } }, saveOf("The mayor is called Otto.")],
    };
    await using harness = await start(({ entries, turn }) => {
      const own = entries.filter(({ turnId }) => turnId === turn.id);
      const calls = scripts[own.find(({ kind }) => kind === "person")?.text ?? ""] ?? [];
      const done = own.filter(({ kind }) => kind === "tool_result").length;
      const next = calls[done] as { name: string; input: object } | undefined;
      return next === undefined ? "done" : [answer("", { ...next, callId: `${turn.id}_${done}` })];
    });
    const bot = await harness.newBot();
    await harness.newSession(await harness.newBot({ name: "other" }), "other");
    for (const name of Object.keys(scripts)) {
      await harness.settled((await harness.send(await harness.newSession(bot), name)).id);
    }
    const { items } = await harness.store.read.memories(bot.id, { kind: "fact" }, page);
    const trustOf = (word: string) => items.find(({ text }) => text.includes(word))?.trust;
    expect(trustOf("Ines")).toBe("bot");
    expect(trustOf("vault")).toBe("tool");
    expect(trustOf("Otto")).toBe("tool");
  });

  it("ME5: what a bot repeats of another session's words is a line of that session's trust", async () => {
    await using harness = await start(obedient);
    const ann = await harness.newSession(await harness.newBot({ name: "ann" }), "ann");
    const eve = await harness.newSession(await harness.newBot({ name: "eve" }), "eve");
    await tell(harness, eve, [{ name: "session_send", input: { to: "ann", text: fact } }]);
    await harness.until(async () => (await harness.entries(ann.id)).some(({ kind }) => kind === "bot"));
    await harness.until(async () => (await harness.store.read.session(ann.id))?.turnId === null);
    await harness.worker.deps.index?.capture(ann.botId);
    const { items } = await harness.store.read.memories(ann.botId, { kind: "entry" }, page);
    expect(items.map(({ trust, speaker }) => `${speaker}: ${trust}`).toSorted()).toEqual([
      "ann: session",
      "eve: session",
    ]);
  });

  it("ME5: what another session had a bot keep names who asked, and is recalled for others once it is approved", async () => {
    const saving: Script = (call, ...rest) => {
      const own = call.entries.filter(({ turnId }) => turnId === call.turn.id);
      const heard = own.find(({ kind }) => kind === "session")?.text;
      if (heard === undefined) return obedient(call, ...rest);
      return own.some(({ kind }) => kind === "tool_result")
        ? "kept"
        : [answer("", { name: "memory_save", input: { text: heard } })];
    };
    await using harness = await start(saving);
    const { deps } = harness.worker;
    const ann = await harness.newSession(await harness.newBot({ name: "ann" }), "ann");
    const eve = await harness.newSession(await harness.newBot({ name: "eve" }), "eve");
    await tell(harness, eve, [{ name: "session_send", input: { to: "ann", text: fact } }]);
    const waiting = await harness.until(
      async () => (await harness.store.read.memories(ann.botId, { unapproved: true }, page)).items[0],
    );
    expect(await readSenders(deps, waiting)).toMatchObject([{ kind: "session", sessionId: eve.id, botName: "eve" }]);
    await harness.until(async () => (await harness.store.read.session(ann.id))?.turnId === null);

    const bot = await harness.store.read.bot(ann.botId);
    const ask = async () => {
      const session = await harness.newSession(bot ?? undefined);
      await harness.settled((await harness.send(session, "When does the vault open?")).id);
      return harness.runtime.calls.at(-1)?.recalled ?? "";
    };
    expect(await ask()).not.toContain("blue key");
    await changeMemory(deps, waiting.id, { approved: true });
    expect(await ask()).toContain("blue key");
  });

  it("ME5: words that were recalled keep their trust when they are kept again, and so do quoted lines", async () => {
    const said = `${fact.replace("blue", "blue old")}`;
    await using harness = await start(({ entries, turn }) => {
      const own = entries.filter(({ turnId }) => turnId === turn.id);
      const results = own.filter(({ kind }) => kind === "tool_result");
      const isQuoting = own.some(({ kind, text }) => kind === "person" && text.startsWith(">"));
      if (isQuoting && results.length === 0) {
        return [answer("", { name: "session_read", input: { session: "dev" }, callId: `${turn.id}_0` })];
      }
      return results.some(({ tool }) => tool?.name === "memory_save")
        ? "done"
        : [answer("", { name: "memory_save", input: { text: said }, callId: `${turn.id}_1` })];
    });
    const bot = await harness.newBot();
    await remember(harness.worker.deps, bot.id, [
      { text: fact, trust: "import", source: { kind: "import", name: "x" } },
    ]);
    await harness.settled((await harness.send(await harness.newSession(bot), "When does the vault open?")).id);
    const trusts = async () =>
      (await harness.store.read.memories(bot.id, { kind: "fact" }, page)).items
        .filter(({ text }) => text === said)
        .map(({ trust }) => trust);
    expect(await trusts()).toEqual(["import"]);
    const other = await harness.newBot({ name: "other" });
    const session = await harness.newSession(other);
    await harness.settled((await harness.send(session, `> ${said}\n\nyes, I have read this`)).id);
    const [quoted] = (await harness.store.read.memories(other.id, { kind: "fact" }, page)).items;
    // Without the quotation, these words would be the person's, whatever else the turn has heard.
    expect(quoted?.trust).toBe("tool");
  });

  it("ME5: the transcript decides whose word a call saves; what its caller claims of the run raises nothing", async () => {
    const said = "My cat is called Miso and she is three years old.";
    let reef: Harness | null = null;
    const script: Script = async function* ({ bot, session, messages }) {
      const save = async (key: string, text: string, hasHeardOthers: boolean) =>
        reef?.worker.callTool(
          bot,
          {
            session: { sessionId: session.id },
            name: "memory_save",
            input: { text },
            callId: key,
            key,
            waitMs: 0,
            hasHeardOthers,
          },
          new AbortController().signal,
        );
      yield { type: "note", remote: { runId: "run-1" } };
      if (messages.some(({ text }) => text === "browse")) {
        const call = { callId: "web-1", name: "web_fetch", input: {}, isError: false, durationMs: 1 };
        yield { type: "tool", ...call, text: "The harbour master is called Ines." };
        await save("1", "Something else altogether was learned today.", false);
      } else {
        await save("2", said, true);
        await save("3", "Nobody spoke about anything of the kind.", true);
        await save("4", "Ordinary things were talked about here.", false);
      }
      yield answer("done");
    };
    await using harness = await start(script);
    reef = harness;
    const bot = await harness.newBot();
    for (const text of ["browse", said]) {
      await harness.settled((await harness.send(await harness.newSession(bot), text)).id);
    }
    const { items } = await harness.store.read.memories(bot.id, { kind: "fact" }, page);
    expect(items.map(({ text, trust }) => `${text.split(" ")[0]}: ${trust}`).toSorted()).toEqual([
      "My: bot",
      "Nobody: tool",
      "Ordinary: bot",
      "Something: tool",
    ]);
  });
});
