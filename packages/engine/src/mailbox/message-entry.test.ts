import { describe, expect, it } from "vitest";
import { previewText } from "../file/preview.ts";
import { makeId } from "../ids.ts";
import { longestChain } from "./longest-chain.ts";
import { messageToEntry } from "./message-entry.ts";

const head = { id: makeId("entry"), sessionId: makeId("session"), turnId: makeId("turn") };
const person = { id: makeId("message"), from: { kind: "person" }, text: "hello" } as const;

describe("a message in the transcript", () => {
  it("MB9: it stands there as what its sender is", () => {
    expect(messageToEntry(person, head, false)).toEqual({
      ...head,
      kind: "person",
      text: "hello",
      messageId: person.id,
      from: person.from,
      notice: null,
    });
  });

  it("MB9: the words of the system are a notice", () => {
    const from = { kind: "system", reason: "dead_letter", sessionId: head.sessionId } as const;
    expect(messageToEntry({ ...person, from }, head, false)).toMatchObject({
      kind: "notice",
      notice: { type: "runtime" },
    });
  });

  it("MB6: one that a person tries again stands there already, and a notice says so", () => {
    const text = "x".repeat(500);
    const entry = messageToEntry({ ...person, text }, head, true);
    expect(entry).toMatchObject({ kind: "notice", notice: { type: "retry", messageId: person.id } });
    expect(entry.text).toBe(`Tried again: ${"x".repeat(200)}`);
    expect(entry.messageId).toBeUndefined();
  });

  it("MB11: files stand in place of words, and a preview never ends in half a character", () => {
    expect(previewText({ text: "", attachments: [{ name: "plan.pdf" }] })).toBe("[Attached file: “plan.pdf”]");
    expect(previewText({ text: `${"x".repeat(199)}🌊` })).toBe("x".repeat(199));
  });

  it("MB10: what a turn sends continues the longest chain it took from", () => {
    const [own, short, long] = [0, 1, 2].map((hops) => ({ chainId: makeId("chain"), hops })) as [Chain, Chain, Chain];
    expect(longestChain(short, [long, own])).toEqual(long);
    expect(longestChain(long, [own, short])).toEqual(long);
    expect(longestChain(short, [{ ...own, hops: 1 }])).toEqual(short);
  });
});

type Chain = Parameters<typeof longestChain>[0];
