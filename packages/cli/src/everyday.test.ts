import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@reef/client/client";
import { type Served, serve, until } from "@reef/server/testing/serve";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyAudit } from "./audit.ts";
import { deleteBudget, listBudgets, raiseBudget, setBudget } from "./budgets.ts";
import { listBots, listWorkers, sendText, showStatus } from "./everyday.ts";
import { listModels, listProviders, retryModel } from "./models.ts";
import type { Shell } from "./shell.ts";
import { resumeWork, stopWork } from "./stop.ts";

describe("the everyday commands", () => {
  let reef: Served;
  let shell: Shell;
  const said: string[] = [];
  beforeAll(async () => {
    reef = await serve();
    const { url, token } = reef.server;
    shell = {
      client: createClient({ baseUrl: url, token }),
      folder: reef.folder,
      isLocal: true,
      reefPlace: { url },
      wait: async () => undefined,
      print: (text) => said.push(text),
      confirm: async () => true,
      stamp: () => "now",
    };
  });
  afterAll(() => reef[Symbol.asyncDispose]());

  it("lists the workers, and says which one answers", async () => {
    const { items, current } = await reef.client.workers();
    await listWorkers(shell);
    expect(items).toHaveLength(1);
    expect(said.at(-1)).toMatch(new RegExp(`^${current} +running .* 0 of \\d+ turns.*\\(answers\\)$`));
  });

  it("says what runs and which bots there are", async () => {
    const { botId } = await reef.newSession("dev");
    await showStatus(shell);
    await listBots(shell);
    expect(said.join("\n")).toMatch(/runtime loop, model scripted[\s\S]*1 bots, 1 sessions/);
    expect(said.at(-1)).toMatch(new RegExp(`^${botId} .* dev$`));
  });

  it("TU6, AU1: stops everything, says what is held, resumes it, and says that the audit is whole", async () => {
    await stopWork(shell, { target: undefined, tree: false, reason: "enough", hold: true });
    expect(said.slice(-2)).toEqual(["0 stopped, 0 not stopped yet", "held until “reef resume”"]);
    const session = await reef.newSession("held");
    await stopWork(shell, { target: session.id, tree: true, reason: undefined, hold: true });
    await resumeWork(shell, { target: "all", tree: false });
    expect(said.slice(-2)).toEqual(["1 resumed", "still held: tree “held”"]);
    await resumeWork(shell, { target: undefined, tree: false });
    expect((await reef.client.status()).held).toEqual([]);
    await expect(stopWork(shell, { target: "me", tree: false, reason: undefined, hold: true })).rejects.toThrow("“me”");
    await verifyAudit(shell);
    expect(said.at(-2)).toMatch(/^the audit is whole: \d+ lines, 1 to \d+$/);
  });

  it("BU1: sets, lists, raises and deletes budgets, and says what is wrong with a limit", async () => {
    const { botId } = await reef.newSession("spends");
    const { name } = await reef.client.bot(botId);
    const none = { usd: undefined, tokens: undefined, warn: undefined, tree: false };
    await setBudget(shell, { ...none, target: botId, period: "day", usd: "5", tokens: "10_000", warn: "50%" });
    const [budget] = (await reef.client.budgets()).items;
    expect(budget).toMatchObject({ scope: { kind: "bot", id: botId }, limitUsd: 5, limitTokens: 10_000, warnAt: 0.5 });
    const id = budget?.id ?? "";
    // Set again, it is the same budget.
    await setBudget(shell, { ...none, target: botId, period: "day", usd: "$6" });
    await listBudgets(shell);
    expect(said.at(-1)).toBe(
      `${id}  $0.00 of $6.00, 0 of 10000 tokens a day for bot “${name}”, set by a program with the token`,
    );
    await expect(raiseBudget(shell, id, { ...none, usd: "6" })).rejects.toThrow("expected more than that");
    await expect(raiseBudget(shell, id, none)).rejects.toThrow("--usd 10");
    await raiseBudget(shell, id, { ...none, usd: "7", tokens: "20000" });
    expect((await reef.client.budgets()).items[0]).toMatchObject({ limitUsd: 7, limitTokens: 20_000 });
    for (const [given, words] of [
      [{ target: "everything", period: "year", usd: "1" }, "“month”"],
      [{ target: "everything", period: "day" }, "expected a limit"],
      [{ target: "everything", period: "day", usd: "much" }, "found “much”"],
      [{ target: "nobody", period: "day", usd: "1" }, "nothing is called “nobody”"],
      [{ target: botId, period: "day", usd: "1", tree: true }, "--tree"],
    ] as const) {
      await expect(setBudget(shell, { ...none, ...given })).rejects.toThrow(words);
    }
    await expect(deleteBudget(shell, "bgt_x")).rejects.toThrow("there is no budget bgt_x");
    await deleteBudget(shell, id);
    await listBudgets(shell);
    expect(said.at(-1)).toMatch(/^no budgets/);
  });

  it("SE8: says where models come from and what they can do, and never a key", async () => {
    const models = { data: [{ id: "big", context_length: 128_000, capabilities: ["tools"] }] };
    const server = createServer((_, response) => response.end(JSON.stringify(models))).listen(0, "127.0.0.1");
    await once(server, "listening");
    await shell.client.putSecret("lab-key", { value: "sk-never-to-be-seen" });
    await shell.client.createProvider({
      name: "lab",
      kind: "openai-compatible",
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      secret: "lab-key",
      prices: { big: { input: 1, output: 2 } },
    });
    await listProviders(shell);
    await listModels(shell, "BIG");
    await listModels(shell, "none such");
    expect(said.slice(-4)).toEqual([
      expect.stringMatching(/^lab +openai-compatible +stored +key +http.*ready$/),
      "default for chat: lab/big (person)",
      expect.stringMatching(/^lab\/big +tools +128k tokens +\$1\/\$2 per million$/),
      "no models",
    ]);
    expect(said.join("\n")).not.toContain("sk-never");
    server.closeAllConnections();
    server.close();
  });

  it("TU9: says what waits for a model that is down, and tries all of it again", async () => {
    const model = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "text/event-stream" });
      const choices = [{ index: 0, delta: { content: "I am back" }, finish_reason: "stop" }];
      response.end(`data: ${JSON.stringify({ id: "1", choices })}\n\ndata: [DONE]\n\n`);
    });
    const listen = (port: number) => once(model.listen(port, "127.0.0.1"), "listening");
    await listen(0);
    const { port } = model.address() as AddressInfo;
    await new Promise((resolve) => model.close(resolve));
    await using away = await serve({
      ownRuntimes: true,
      config: { modelBaseUrl: `http://127.0.0.1:${port}/v1`, model: "big", modelApiKey: "none" },
    });
    const client = createClient({ baseUrl: away.server.url, token: away.server.token });
    const sent = await client.sendMessage((await away.newSession("waits")).id, { text: "go" });
    await until(async () => (await client.providerWaits()).items.length === 1);
    await listProviders({ ...shell, client });
    expect(said.at(-1)).toMatch(/^(\S+\/big) is down: 1 waiting, 0 failed; “reef retry \1”: .*could not be reached/);
    await listen(port);
    const name = (await client.providerWaits()).items[0]?.model ?? "";
    await retryModel({ ...shell, client }, name);
    expect(said.at(-1)).toMatch(/^[01] waiting turns and 0 undelivered messages are tried again$/);
    await until(async () => (await client.message(sent.id)).state === "answered");
    model.closeAllConnections();
    model.close();
  });

  it("MB1: sends to a session by its id or title, and says what it does not know", async () => {
    const session = await reef.newSession("The harbour");
    await sendText(shell, session.id, { text: "one" });
    await sendText(shell, "the harbour", { text: "two" });
    const { items } = await shell.client.messages({ sessionId: session.id });
    expect(items.filter(({ from }) => from.kind === "person").map(({ text }) => text)).toEqual(["two", "one"]);
    expect(said.at(-1)).toMatch(/^msg_\S+ is queued$/);
    await expect(sendText(shell, "nowhere", { text: "three" })).rejects.toThrow("no session is titled “nowhere”");
    await reef.newSession("The harbour");
    await expect(sendText(shell, "The harbour", { text: "four" })).rejects.toThrow("matches more than one");
  });

  it("MB11: sends files with a message, and says which cannot be read before anything is sent", async () => {
    const session = await reef.newSession("The pictures");
    const folder = await mkdtemp(join(tmpdir(), "reef-cli-"));
    try {
      const [plan, notes] = [join(folder, "plan.bin"), join(folder, "notes.md")];
      await writeFile(plan, "%PDF-1.7");
      await writeFile(notes, "# notes");
      await sendText(shell, session.id, { text: "", files: [plan, notes] });
      const missing = join(folder, "missing.txt");
      await expect(sendText(shell, session.id, { text: "x", files: [notes, missing] })).rejects.toThrow(/missing.txt/);
      await expect(sendText(shell, session.id, { text: "x", files: [folder] })).rejects.toThrow("is not a file");
      const { items } = await shell.client.messages({ sessionId: session.id });
      expect(items.map(({ attachments }) => attachments)).toMatchObject([
        [
          { name: "plan.bin", mediaType: "application/pdf" },
          { name: "notes.md", mediaType: "text/markdown" },
        ],
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
