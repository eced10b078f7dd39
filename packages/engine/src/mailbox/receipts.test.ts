import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { receiptAtEnd, receiptAtReply, requireDead, requireQueued } from "./receipts.ts";

const answeredBy = makeId("entry");
const reply = makeId("message");
const done = { messages: "acted", answeredBy, error: null } as const;

describe("receipts", () => {
  it("MB6: a message of a turn that settled is answered by the turn's last entry", () => {
    const receipt = receiptAtEnd({ purpose: "text", answeredBy: null }, done);
    expect(receipt).toEqual({ state: "answered", answeredBy, reason: null });
  });

  it("MB6: without an entry it is acted on, and answered when a reply comes", () => {
    const acted = receiptAtEnd({ purpose: "text", answeredBy: null }, { ...done, answeredBy: null });
    expect(acted.state).toBe("acted");
    expect(receiptAtReply(acted, reply)).toEqual({ state: "answered", answeredBy: reply });
  });

  it("MB6: a reply that came before the end stays the answer", () => {
    const replied = receiptAtReply({ state: "delivered", answeredBy: null }, reply);
    expect(replied).toEqual({ state: "delivered", answeredBy: reply });
    expect(receiptAtEnd({ purpose: "text", answeredBy: reply }, done)).toMatchObject({
      state: "answered",
      answeredBy: reply,
    });
  });

  it("MB6: the first reply counts", () => {
    expect(receiptAtReply({ state: "answered", answeredBy }, reply)).toBeNull();
  });

  it("SU3: a task is answered by its result alone", () => {
    expect(receiptAtEnd({ purpose: "task", answeredBy: null }, done)).toEqual({
      state: "acted",
      answeredBy: null,
      reason: null,
    });
    expect(receiptAtEnd({ purpose: "task", answeredBy: reply }, done).state).toBe("answered");
  });

  it.each([
    "dead",
    "cancelled",
  ] as const)("MB7: a %s message keeps its reason, and whatever answered it", (messages) => {
    const receipt = receiptAtEnd({ purpose: "text", answeredBy: reply }, { messages, answeredBy: null, error: "why" });
    expect(receipt).toEqual({ state: messages, answeredBy: reply, reason: "why" });
  });

  it("MB6: only what waits can be cancelled, only what is dead is tried again or dismissed", () => {
    expect(() => requireQueued({ state: "queued" })).not.toThrow();
    expect(() => requireQueued({ state: "delivered" })).toThrow(
      "only a queued message can be cancelled; it is delivered",
    );
    expect(() => requireDead({ state: "dead" }, "retried")).not.toThrow();
    expect(() => requireDead({ state: "answered" }, "retried")).toThrow(
      "only a dead message can be retried; it is answered",
    );
    expect(() => requireDead({ state: "queued" }, "dismissed")).toThrow(
      "only a dead message can be dismissed; it is queued",
    );
  });
});
