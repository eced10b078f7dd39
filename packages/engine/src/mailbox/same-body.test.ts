import { AppError } from "@reef/protocol/error";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { assertSameBody, type MessageBody } from "./same-body.ts";

const replyTo = makeId("message");
const files = [{ id: makeId("file") }, { id: makeId("file") }] as const;
const body: MessageBody = { text: "hello", mode: "queue", replyTo, notBefore: null, attachments: files };

function codeOf(again: MessageBody): string | null {
  try {
    assertSameBody(body, again, "key");
    return null;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe("what the same message is", () => {
  it("MB2: the same words, mode, reply, time and files under one key are one message", () => {
    expect(codeOf({ ...body, attachments: [...files] })).toBeNull();
    expect(codeOf({ ...body, rewoundTo: null })).toBeNull();
  });

  it.each<[string, Partial<MessageBody>]>([
    ["text", { text: "hello " }],
    ["mode", { mode: "steer" }],
    ["replyTo", { replyTo: null }],
    ["notBefore", { notBefore: "2026-11-30T00:00:00.000Z" }],
    ["the place it goes back to", { rewoundTo: 0 }],
    ["attachments", { attachments: [files[0]] }],
    ["the order of attachments", { attachments: [files[1], files[0]] }],
    ["no attachments", { attachments: undefined }],
  ])("MB2: another %s is another message", (_what, change) => {
    expect(codeOf({ ...body, ...change })).toBe("idempotency_mismatch");
  });
});
