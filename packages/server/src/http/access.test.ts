/** Tests over HTTP who may write to and read whom, and that the tools of bots follow it (MB8). */
import { answer } from "@reef/engine/testing/scripted-runtime";
import { expect, test } from "vitest";
import { serve } from "../testing/serve.ts";

test("MB8: the API says who may read whom and why, as the tool then finds it; a private bot is read by no other", async () => {
  await using reef = await serve({
    script: ({ entries, session }) =>
      entries.at(-1)?.kind === "person" && session.title === "reading"
        ? [answer("", { name: "session_read", input: { session: "plans" } })]
        : "done",
  });
  const { client } = reef;
  const [reading, plans] = [await reef.newSession("reading"), await reef.newSession("plans")];
  const pair = { from: reading.botId, to: plans.botId };
  expect(await client.access(pair)).toEqual({
    write: {
      allowed: true,
      reason: { kind: "no_rule" },
      exceptions: [],
      text: "No rule about writing matches, so it is allowed.",
    },
    read: {
      allowed: true,
      reason: { kind: "no_rule" },
      exceptions: [],
      text: "No rule about reading matches, so it is allowed.",
    },
  });
  const outcome = async () => {
    const { id } = await client.sendMessage(reading.id, { text: "read it" });
    await expect.poll(async () => (await client.message(id)).state).toBe("answered");
    const { items } = await client.entries(reading.id, { limit: 10 });
    return items.findLast(({ kind }) => kind === "tool_result")?.text;
  };
  expect(await outcome()).toContain("“plans” is");
  await client.putLinks({
    items: [
      {
        from: { kind: "bot", botId: reading.botId },
        to: { kind: "bot", botId: plans.botId },
        allow: false,
        right: "read",
      },
    ],
  });
  const denied = await client.access({ from: reading.id, to: plans.id });
  expect(denied.read).toMatchObject({ allowed: false, reason: { kind: "rule", rule: 1 }, exceptions: [] });
  expect(denied.read.text).toMatch(/^Rule 1 denies reading: bot “.*” → bot “.*”\.$/);
  expect(denied.write.allowed).toBe(true);
  expect(await outcome()).toBe("refused: links do not let “reading” read “plans”");
  await client.putLinks({ items: [] });
  await client.changeBot(plans.botId, { private: true });
  expect((await client.access(pair)).read).toMatchObject({ allowed: false, reason: { kind: "private" } });
  expect(await outcome()).toBe("refused: “plans” belongs to a private bot, so no other bot reads it");
  expect((await client.access({ from: plans.id, to: plans.id })).read.reason).toEqual({ kind: "self" });
});

test("SE7: an end that is no bot and no session is refused, and so is one that does not exist", async () => {
  await using reef = await serve();
  const { botId } = await reef.newSession();
  const ask = async (query: string) => (await reef.request("GET", `/v1/access?${query}`)).status;
  expect(await ask(`from=${botId}&to=everyone`)).toBe(400);
  expect(await ask(`from=${botId}`)).toBe(400);
  expect(await ask(`from=${botId}&to=${botId}&for=write`)).toBe(400);
  expect(await ask(`from=${botId}&to=bot_01940000-0000-7000-8000-000000000000`)).toBe(404);
  expect(await ask(`from=ses_01940000-0000-7000-8000-000000000000&to=${botId}`)).toBe(404);
});
