/** Tests approval rules over HTTP, from the answer that makes one to its end. */
import { answer } from "@reef/engine/testing/scripted-runtime";
import { expect, test } from "vitest";
import { serve } from "../testing/serve.ts";

test("TO1: a rule makes Reef's own tool ask; an answer is remembered, listed, and asked again once revoked", async () => {
  await using reef = await serve({
    script: ({ entries }) =>
      entries.at(-1)?.kind === "person" ? [answer("", { name: "session_list", input: {} })] : "done",
  });
  const session = await reef.newSession();
  const made = await reef.client.createApprovalRule({ tool: "session_list", decision: "ask" });
  expect(made).toMatchObject({ botId: null, tool: "session_list", arguments: null, decision: "ask", askId: null });
  const openAsk = async () => (await reef.client.asks({ kind: "approval", state: "open" })).items[0];
  const first = await reef.client.sendMessage(session.id, { text: "go" });
  await expect.poll(openAsk).toBeTruthy();
  const ask = (await openAsk())!;
  expect(ask.call).toEqual({ tool: "session_list", input: {}, isCut: false });
  await reef.client.answerAsk(ask.id, { choice: "Always allow for this bot" });
  await expect.poll(async () => (await reef.client.message(first.id)).state).toBe("answered");
  const second = await reef.client.sendMessage(session.id, { text: "go" });
  await expect.poll(async () => (await reef.client.message(second.id)).state).toBe("answered");
  const { items, next } = await reef.client.approvalRules({ botId: session.botId });
  expect([items, next]).toMatchObject([[{ askId: ask.id, decision: "allow" }], null]);
  await reef.client.deleteApprovalRule(items[0]!.id);
  expect((await reef.client.approvalRules()).items).toEqual([made]);
  await reef.client.sendMessage(session.id, { text: "go" });
  await expect.poll(openAsk).toMatchObject({ call: { tool: "session_list" } });
});

test("SE7: a rule that says nothing sensible is refused with what was expected", async () => {
  await using reef = await serve();
  const bad = [
    {},
    { tool: "", decision: "allow" },
    { tool: "x", decision: "maybe" },
    { tool: "x", decision: "allow", arguments: {} },
    { tool: "x", decision: "allow", arguments: 7 },
    { tool: "x", decision: "allow", arguments: "x".repeat(20_001) },
    { tool: "x", decision: "allow", botId: "everyone" },
    { tool: "x", decision: "allow", always: true },
  ];
  for (const body of bad) expect((await reef.request("POST", "/v1/approvals/rules", body)).status).toBe(400);
  expect((await reef.request("DELETE", "/v1/approvals/rules/apr_1")).status).toBe(404);
  expect((await reef.client.approvalRules()).items).toEqual([]);
});
