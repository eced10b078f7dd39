/** Tests result contracts (SU4 of SPEC.md) over any store. */
import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import type { ContractChecker, MachineEvidence } from "../port/contract.ts";
import type { Harness, OpenStore } from "../testing/harness.ts";
import { startHarness } from "../testing/harness.ts";
import type { Script } from "../testing/scripted-runtime.ts";
import { answer } from "../testing/scripted-runtime.ts";

/** Checks required fields alone, and finds the evidence that it is given. */
function checkerOf(found: (evidence: MachineEvidence) => string | null = () => null): ContractChecker {
  return {
    refuseSchema: ({ type }) => (type === "object" ? null : "only objects here"),
    misfits: ({ required }, value) =>
      (required as string[]).filter((name) => !(name in (value as object))).map((name) => `${name} is missing`),
    lookFor: async (_, evidence) => found(evidence),
  };
}

const schema = JSON.stringify({ type: "object", required: ["sum"] });
const report = (text: string, callId: string) => answer("", { name: "report_result", input: { text }, callId });

/** The parent spawns with the contract, and ends; the child does what is given. */
function scriptOf(contract: object, child: (call: number, told: readonly string[]) => ReturnType<Script>): Script {
  let calls = 0;
  return ({ session, entries }) => {
    if (session.parentId !== null) {
      calls += 1;
      return child(
        calls,
        entries.map(({ text }) => text),
      );
    }
    if (entries.some(({ kind }) => kind === "session")) return "seen";
    if (entries.some(({ kind }) => kind === "tool_result")) return "spawned";
    return [answer("", { name: "session_spawn", input: { task: "add", ...contract } })];
  };
}

async function resultOf(reef: Harness): Promise<string> {
  const parent = await reef.newSession();
  await reef.send(parent, "go");
  return await reef.until(async () => {
    const { items } = await reef.store.read.messages({ sessionId: parent.id }, { limit: 10, cursor: null });
    return items.find(({ purpose, state }) => purpose === "result" && state === "answered")?.text;
  });
}

export function describeContracts(open: OpenStore): void {
  describe("result contracts", () => {
    it("SU4: a result that fits goes back with the verdict", async () => {
      await using reef = await startHarness(open, {
        contracts: checkerOf(),
        script: scriptOf({ resultSchema: schema }, (call) => (call === 1 ? [report('{"sum": 3}', "r1")] : "done")),
      });
      const text = await resultOf(reef);
      expect(text).toMatch(/^The result meets its contract: it fits the schema\.\n\n/);
      expect(text).toContain('{"sum": 3}');
    });

    it("SU4: one retry with the errors, and the corrected result counts", async () => {
      const seen: string[] = [];
      await using reef = await startHarness(open, {
        contracts: checkerOf(),
        script: scriptOf({ resultSchema: schema }, (call, told) => {
          seen.push(told.at(-1) ?? "");
          if (call === 1) return [report("three", "r1")];
          return call === 2 ? [report('```json\n{"sum": 3}\n```', "r2")] : "done";
        }),
      });
      expect(await resultOf(reef)).toContain("meets its contract");
      expect(seen[1]).toContain("must be JSON");
    });

    it("SU4: a second broken result goes back as failed, with its raw text", async () => {
      await using reef = await startHarness(open, {
        contracts: checkerOf(),
        script: scriptOf({ resultSchema: schema }, (call) =>
          call <= 2 ? [report(`{"total": ${call}}`, `r${call}`)] : "I tried",
        ),
      });
      const text = await resultOf(reef);
      expect(text).toMatch(/^The task failed its contract:\n- sum is missing\n/);
      expect(text).toContain('{"total": 2}');
    });

    it("SU4: a final answer that fits is a result; another is asked for once, and then failed", async () => {
      await using fits = await startHarness(open, {
        contracts: checkerOf(),
        script: scriptOf({ resultSchema: schema }, () => '{"sum": 4}'),
      });
      expect(await resultOf(fits)).toContain("meets its contract");

      let calls = 0;
      await using never = await startHarness(open, {
        contracts: checkerOf(),
        script: scriptOf({ resultSchema: schema }, (call) => {
          calls = call;
          return "about four";
        }),
      });
      const text = await resultOf(never);
      expect(text).toMatch(/^The task failed its contract:\n- it was never reported/);
      expect(text).toContain("about four");
      expect(calls).toBe(2);
    });

    it("SU4: evidence is looked for when the result is reported", async () => {
      let isThere = false;
      await using reef = await startHarness(open, {
        contracts: checkerOf((evidence) =>
          evidence.kind === "file" && !isThere ? `${evidence.path} is missing` : null,
        ),
        script: scriptOf({ evidence: ["file: out.md", "command: npm test"] }, (call) => {
          if (call === 2) isThere = true;
          return call <= 2 ? [report("written", `r${call}`)] : "done";
        }),
      });
      const text = await resultOf(reef);
      expect(text).toContain("the file out.md exists; the command `npm test` ends with the exit code 0");
      expect(text).toContain("written");
    });

    it("SU4, AS2: a person's word is waited for without a lane, and a no breaks the contract", async () => {
      await using reef = await startHarness(open, {
        contracts: checkerOf(),
        script: scriptOf({ evidence: ["person: Is it good?"] }, (call) =>
          call <= 2 ? [report(`draft ${call}`, `r${call}`)] : "done",
        ),
      });
      const parent = await reef.newSession();
      await reef.send(parent, "go");
      const nextAsk = () =>
        reef.until(async () => {
          const { items } = await reef.store.read.asks({ state: "open" }, { limit: 5, cursor: null });
          return items[0];
        });
      const first = await nextAsk();
      expect(first.question).toContain("Is it good?");
      expect(first.question).toContain("draft 1");
      await answerAsk(reef.deps, first.id, { text: "No, too short" });
      const second = await nextAsk();
      expect(second.question).toContain("draft 2");
      await answerAsk(reef.deps, second.id, { choice: "Yes" });
      const text = await reef.until(async () => {
        const { items } = await reef.store.read.messages({ sessionId: parent.id }, { limit: 10, cursor: null });
        return items.find(({ purpose }) => purpose === "result")?.text;
      });
      expect(text).toContain("meets its contract");
      expect(text).toContain("draft 2");
    });

    it("SU4: a contract that cannot be checked is refused at the spawn", async () => {
      const said: string[] = [];
      const asks = [{ resultSchema: "{" }, { resultSchema: '{"type": "array"}' }, { evidence: ["moon: full"] }];
      await using reef = await startHarness(open, {
        contracts: checkerOf(),
        script: ({ entries }) => {
          const results = entries.filter(({ kind }) => kind === "tool_result");
          said.splice(0, said.length, ...results.map(({ text }) => text));
          const next = asks[results.length];
          return next === undefined
            ? "done"
            : [answer("", { name: "session_spawn", input: { task: "add", ...next }, callId: `s${results.length}` })];
        },
      });
      await reef.settled((await reef.send(await reef.newSession(), "go")).id);
      expect(said[0]).toContain("JSON text of a JSON Schema");
      expect(said[1]).toContain("only objects here");
      expect(said[2]).toContain("moon: full");
      const { items } = await reef.store.read.sessions({}, { limit: 10, cursor: null });
      expect(items).toHaveLength(1);
    });
  });
}
