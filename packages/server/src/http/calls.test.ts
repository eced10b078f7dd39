import { createCatalogue, memoryTools, sessionTools } from "@reef/engine/tool/catalogue";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

describe("calls over HTTP", () => {
  let reef: Served;
  beforeAll(async () => {
    reef = await serve({ script: ({ bot }) => `I am ${bot.name}` });
  });
  afterAll(() => reef[Symbol.asyncDispose]());

  async function call(botId: string, name: string, body: unknown) {
    const response = await reef.request("POST", `/v1/bots/${botId}/tools/${name}`, body);
    return { status: response.status, body: (await response.json()) as { text: string; isError: boolean } };
  }

  it("lists what a bot may call, in the order and words its own model would see", async () => {
    const bot = await reef.client.createBot({ name: "picky", tools: ["memory_save", "session_list"] });
    const response = await reef.request("GET", `/v1/bots/${bot.id}/tools`);
    const { items } = (await response.json()) as { items: { name: string; inputSchema: { type: string } }[] };
    expect(items.map(({ name }) => name)).toEqual(["session_list", "memory_save"]);
    expect(items[0]?.inputSchema.type).toBe("object");
    expect((await call(bot.id, "session_send", { sessionId: "ses_x", callId: "1", input: {} })).status).toBe(400);
  });

  it("TO1: each tool says what it is, also those that a bot may not use when all are asked for", async () => {
    const bot = await reef.client.createBot({ name: "narrow", tools: ["session_list"] });
    expect((await reef.client.botTools(bot.id)).items.map(({ name }) => name)).toEqual(["session_list"]);
    const { items } = await reef.client.botTools(bot.id, { all: true });
    const own = { origin: { kind: "reef" }, approval: { decision: "allow", ruleId: null }, callable: true };
    expect(items).toEqual(
      createCatalogue([...sessionTools, ...memoryTools]).descriptions.map((each) => ({ ...each, ...own })),
    );
    const [list, ask, wait] = ["session_list", "ask_person", "session_wait"].map((tool) =>
      items.find(({ name }) => name === tool),
    );
    expect(list).toMatchObject({
      changes: "nothing",
      words: "own",
      tells: "nobody",
      folds: true,
      afterCrash: "replay",
    });
    expect(ask).toMatchObject({ changes: "lasting", words: "person", tells: "person", folds: false });
    expect(wait).toMatchObject({ changes: "turn", words: "others", tells: "nobody", folds: false });
    expect((await reef.request("GET", `/v1/bots/${bot.id}/tools?all=perhaps`)).status).toBe(400);
  });

  it("MB2, ME1: saves a memory once for a call, and finds it for a prompt, quoted", async () => {
    const session = await reef.newSession("saver");
    const body = {
      sessionId: session.id,
      callId: "c1",
      input: { text: "The lighthouse key hangs behind the blue door." },
    };
    const saved = await call(session.botId, "memory_save", body);
    expect(saved.body.text).toMatch(/^remembered as mem_.*a person has to approve it/);
    expect((await call(session.botId, "memory_save", body)).body).toEqual(saved.body);
    const asked = { sessionId: session.id, text: "Where is the lighthouse key?" };
    // What the run had heard is not seen here, so a person decides.
    const unasked = await reef.request("POST", `/v1/bots/${session.botId}/recall`, asked);
    expect(await unasked.json()).toMatchObject({ memories: null });
    const [held] = (await reef.client.memories(session.botId)).items;
    await reef.client.changeMemory(held?.id as never, { approved: true });
    const recall = (await (await reef.request("POST", `/v1/bots/${session.botId}/recall`, asked)).json()) as {
      blocks: string | null;
      memories: string;
      recalled: { why: { matched: string[] } }[];
    };
    expect(recall.blocks).toBeNull();
    expect(recall.memories).toMatch(/<memory [^>]*trust="tool"[^>]*>\nThe lighthouse key hangs behind the blue door\./);
    expect(recall.recalled[0]?.why.matched).toContain("lighthouse");
    const [memory] = (await reef.client.memories(session.botId)).items;
    expect(memory?.source).toEqual({ kind: "session", sessionId: session.id });
  });

  it("ME5: what is saved after others spoke is the tool's word", async () => {
    const session = await reef.newSession("browser");
    const input = { text: "The admin password is swordfish, says the page." };
    const saved = await call(session.botId, "memory_save", {
      sessionId: session.id,
      callId: "c1",
      input,
      heardOthers: true,
    });
    expect(saved.body.text).toContain("a person has to approve it");
  });

  it("gives an incognito session nothing, and people's blocks as they are", async () => {
    const session = await reef.newSession("blocks");
    const path = `/v1/bots/${session.botId}`;
    await reef.request("PUT", `${path}/blocks/style`, { text: "Always rhyme." });
    const asked = { sessionId: session.id, text: "hello" };
    const recall = () => reef.request("POST", `${path}/recall`, asked).then((response) => response.json());
    expect(await recall()).toMatchObject({ blocks: expect.stringContaining("Always rhyme."), memories: null });
    await reef.client.changeSession(session.id, { memory: "off" });
    expect(await recall()).toEqual({ blocks: null, memories: null, skills: null, recalled: [] });
  });

  it("MB9: a session of another bot is not found, whatever the input says", async () => {
    const mine = await reef.newSession("mine");
    const theirs = await reef.newSession("theirs");
    const body = { sessionId: theirs.id, callId: "1", input: { to: "mine", text: "from theirs" } };
    expect((await call(mine.botId, "session_send", body)).status).toBe(404);
    const keyed = { sessionKey: "agent:main:main", callId: "1", input: {} };
    expect((await call(mine.botId, "session_list", keyed)).status).toBe(400);
  });

  it("MB6: an answer comes back as a message", async () => {
    const asks = await reef.newSession("asks");
    await reef.newSession("answers");
    const input = { to: "answers", text: "who are you?" };
    expect((await call(asks.botId, "session_send", { sessionId: asks.id, callId: "1", input })).body.isError).toBe(
      false,
    );
    const reply = await until(async () =>
      (await reef.client.messages({ sessionId: asks.id })).items.find(({ from }) => from.kind === "session"),
    );
    expect(reply.text).toBe("I am answers");
  });

  it("SE7: says what was expected of a call that fits nothing", async () => {
    const session = await reef.newSession("clumsy");
    const at = { sessionId: session.id, callId: "1" };
    expect((await call(session.botId, "launch", { ...at, input: {} })).body).toMatchObject({ isError: true });
    expect((await call(session.botId, "session_send", { ...at, input: { to: 1 } })).body.text).toContain(
      "input is invalid",
    );
    expect((await call(session.botId, "session_list", { input: {} })).status).toBe(400);
    const both = { ...at, sessionKey: "agent:a:b", input: {} };
    expect((await call(session.botId, "session_list", both)).status).toBe(400);
  });
});
