import { describe, expect, it } from "vitest";
import { readList, readWaiting, readWaitingEvent, type Waiting } from "./waiting.ts";
import { wordAsks } from "./words.ts";

const times = { createdAtMs: 1_796_066_663_055, expiresAtMs: 1_796_068_463_055 };
const exec = (request: object, rest: object = {}) => ({
  id: "b84d60d2-8991-40ab-8120-a052920cee55",
  ...times,
  request: { command: "echo two", sessionKey: "agent:main:main", agentId: "main", ...request },
  ...rest,
});
const question = (fields: object = {}) => ({
  questionId: "q1",
  header: "H",
  question: "Which?",
  options: [],
  ...fields,
});
const questions = (...asked: readonly object[]) => ({ id: "ask_1", ...times, questions: asked });

function read(kind: Waiting["kind"], payload: unknown): Waiting {
  const waiting = readWaiting(kind, payload);
  if (waiting === null) throw new Error("expected it to be read");
  return waiting;
}

describe("what waits at a gateway", () => {
  it("SE7: frames that cannot be read are left out, and their ids still wait", () => {
    const odd: readonly unknown[] = [
      null,
      7,
      "exec",
      [],
      {},
      exec({ command: 7 }),
      exec({ command: "   " }),
      exec({}, { id: "" }),
      exec({}, { id: "x".repeat(201) }),
      exec({}, { createdAtMs: "now" }),
      exec({}, { createdAtMs: -1 }),
      exec({}, { createdAtMs: 1e300 }),
      exec({}, { request: null }),
    ];
    expect(odd.map((each) => readWaiting("exec", each))).toEqual(odd.map(() => null));
    const list = readList("exec", [...odd, exec({})]);
    expect(list?.waiting).toHaveLength(1);
    expect(list?.unreadable).toBe(odd.length);
    expect([...(list?.ids ?? [])]).toEqual(["b84d60d2-8991-40ab-8120-a052920cee55"]);
    for (const noList of [null, {}, "x", { questions: [] }]) expect(readList("exec", noList)).toBeNull();
    expect(readList("question", [])).toBeNull();
  });

  it("BO2: odd fields beside the needed ones lose nothing", () => {
    const waiting = read(
      "exec",
      exec(
        {
          cwd: 7,
          host: {},
          warningText: "w".repeat(9_000),
          commandAnalysis: { warningLines: 3 },
          allowedDecisions: "all",
        },
        { expiresAtMs: "soon" },
      ),
    );
    expect(waiting).toMatchObject({ expiresAtMs: null, request: { cwd: null, host: null, allowedDecisions: null } });
    const [asked] = wordAsks(waiting, "Ada");
    expect(asked?.words.options).toEqual(["Allow once", "Don’t allow"]);
    expect(asked?.words.question.length).toBeLessThan(3_000);
  });

  it("two questions of one name are no questions", () => {
    expect(readWaiting("question", questions(question(), question()))).toBeNull();
    expect(readWaiting("question", questions())).toBeNull();
    expect(readWaiting("question", questions(question({ question: "" })))).toBeNull();
    expect(
      readWaiting("question", questions(...Array.from({ length: 11 }, (_, n) => question({ questionId: `q${n}` })))),
    ).toBeNull();
  });

  it("knows its events, and no others", () => {
    expect(readWaitingEvent("exec.approval.requested", 7)).toEqual({ type: "requested", kind: "exec", payload: 7 });
    expect(readWaitingEvent("question.resolved", { id: "a" })).toMatchObject({
      type: "resolved",
      kind: "question",
      id: "a",
    });
    for (const event of ["constructor.requested", "toString.resolved", "exec.requested", "question", "chat"]) {
      expect(readWaitingEvent(event, { id: "a" })).toBeNull();
    }
    expect(readWaitingEvent("question.resolved", {})).toBeNull();
  });
});

describe("what a person reads of it", () => {
  it("AS3: a command is shown with its folder, its place and why it is asked", () => {
    const [asked] = wordAsks(
      read(
        "exec",
        exec({
          command: "python3 -c 'print(1)'",
          cwd: "/home/you",
          host: "gateway",
          resolvedPath: "/usr/bin/python3",
          warningText: "Not on the list.",
          commandAnalysis: { warningLines: ["Contains inline-eval: python3 -c", "Not on the list."] },
          allowedDecisions: ["allow-once", "allow-always", "deny", "burn"],
        }),
      ),
      "Ada",
    );
    expect(asked?.words.question).toBe(
      [
        "May “Ada” run this command in OpenClaw?",
        "",
        "- Folder: ` /home/you `",
        "- Runs on: ` the gateway’s machine `",
        "- Program: ` /usr/bin/python3 `",
        "- Asked because: ` Not on the list.; Contains inline-eval: python3 -c `",
        "",
        "```",
        "python3 -c 'print(1)'",
        "```",
      ].join("\n"),
    );
    expect(asked?.words).toMatchObject({
      kind: "approval",
      options: ["Allow once", "Always allow in OpenClaw", "Don’t allow"],
      freeText: false,
      call: { tool: "exec", input: { command: "python3 -c 'print(1)'", cwd: "/home/you" } },
    });
  });

  it("SE5: secrets are blacked out, wherever they stand", () => {
    const secret = "sk-proj-abcdefghijklmnopqrstuvwx";
    const shown = [
      ...wordAsks(
        read("exec", exec({ command: `curl -H "x: ${secret}"`, cwd: `/${secret}`, warningText: secret })),
        "A",
      ),
      ...wordAsks(read("plugin", exec({ title: secret, description: secret, detail: secret, toolName: secret })), "A"),
      ...wordAsks(read("question", questions(question({ question: secret, url: `https://x/${secret}` }))), "A"),
    ];
    expect(JSON.stringify(shown)).not.toContain(secret);
    expect(JSON.stringify(shown)).toContain("[redacted key]");
  });

  it("SE7: no sign of it changes how the card looks, and nothing is longer than a card", () => {
    const [asked] = wordAsks(
      read("exec", exec({ command: `a\n\`\`\`\n# b ${"x".repeat(50_000)}`, cwd: "/a`b\n# c", host: "h\n- d" })),
      "A\n# b",
    );
    const [head, ...rest] = asked?.words.question.split("\n") ?? [];
    expect(head).toBe("May “A # b” run this command in OpenClaw?");
    expect(rest.filter((line) => line.startsWith("#"))).toHaveLength(1);
    expect(asked?.words.question).toContain("````\na\n```\n# b");
    expect(asked?.words.question).toContain("- Folder: `` /a`b # c ``");
    expect(asked?.words.question.length).toBeLessThan(6_000);
    expect(asked?.words.call?.isCut).toBe(true);
  });

  it("AS3: a question keeps its options and says what they mean; a secret is not asked here", () => {
    const options = [{ label: "Red", description: "warm" }, { label: "Blue" }];
    const asked = wordAsks(
      read(
        "question",
        questions(
          question({ questionId: "one", options }),
          question({ questionId: "several", options, multiSelect: true }),
          question({ questionId: "words" }),
          question({ questionId: "secret", isSecret: true, secretStore: { name: "KEY", kind: "secret" } }),
        ),
      ),
      "Ada",
    );
    expect(asked.map(({ words: { options: offered, freeText }, more }) => [offered, freeText, more])).toEqual([
      [["Red", "Blue"], false, { questionId: "one", together: 4 }],
      [["Red", "Blue"], true, { questionId: "several", together: 4, multiple: true, ownWords: false }],
      [[], true, { questionId: "words", together: 4 }],
      [["Don’t give it"], false, { questionId: "secret", together: 4 }],
    ]);
    expect(asked[0]?.words.question).toBe("Which?\n\n- ` Red `: warm");
  });
});
