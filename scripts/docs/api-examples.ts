/** Contains the TypeScript of docs/api.md, so that it is compiled and run; a test keeps the two equal. */
import { createClient } from "@reef/client/client";
import { connectSocket } from "@reef/client/socket";
import { eachPage } from "@reef/protocol/each-page";
import { WebSocket } from "ws";

/** Runs every example against a server, one after the other, and returns what they created. */
export async function runApiExamples(url: string, token: string) {
  const client = createClient({ baseUrl: url, token });

  const bot = await client.createBot({ name: "Ada", role: "Answers questions", runtime: "demo" });

  const session = await client.createSession({ botId: bot.id, title: "Questions" });

  const sent = await client.sendMessage(session.id, { text: "echo good morning" });
  let message = sent;
  while (!["answered", "dead", "cancelled"].includes(message.state)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    message = await client.message(sent.id);
  }
  const { items: entries } = await client.entries(session.id, { limit: 20 });
  const answer = entries.find(({ id }) => id === message.answeredBy)?.text;

  const seen: string[] = [];
  const socket = connectSocket({
    baseUrl: url,
    after: 0,
    webSocket: (address) => new WebSocket(address, { headers: { authorization: `Bearer ${token}` } }),
    onEvent: (event) => seen.push(`${event.seq} ${event.type}`),
    onReset: () => seen.push("events were skipped: read the lists again"),
  });
  while (seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 50));
  socket.close();

  await client.remember(bot.id, { text: "The garage code is 4711." });
  const { items: hits } = await client.searchMemories(bot.id, { q: "How do I open the garage?", k: 3 });

  const schedule = await client.createSchedule({
    sessionId: session.id,
    name: "Morning news",
    text: "What is new?",
    timing: { kind: "cron", pattern: "0 8 * * 1-5", timeZone: "Europe/Berlin" },
  });

  const report = await client.bulkSessions({ filter: { botId: bot.id }, action: "archive" });
  if (report.undo !== null) await client.undo(report.undo);

  const titles: string[] = [];
  for await (const sessions of eachPage((cursor) => client.sessions({ botId: bot.id, limit: 200, cursor })))
    titles.push(...sessions.map(({ title }) => title));

  const stopped = await client.stop({ scope: { kind: "bot", id: bot.id }, hold: true, reason: "It is too much" });
  if (stopped.held !== null) await client.resume({ scope: stopped.held.scope });

  const budget = await client.createBudget({ scope: { kind: "bot", id: bot.id }, period: "day", limitUsd: 2 });
  await client.changeBudget(budget.id, { limitUsd: 5 });
  await client.deleteBudget(budget.id);

  const rule = await client.createApprovalRule({ botId: bot.id, tool: "session_spawn", decision: "ask" });
  await client.deleteApprovalRule(rule.id);

  const { items: lines } = await client.audit({ action: "bot", limit: 5 });
  const verdict = await client.verifyAudit();
  if (!verdict.ok) throw new Error(`line ${verdict.problem?.seq} of ${lines.length}: ${verdict.problem?.reason}`);

  const task = await client.createTask({ title: "Paint the roof", criteria: ["it is dry"] });
  await client.changeTask(task.id, { ticks: [{ n: 1, done: true, evidence: "looked" }] });
  await client.deleteTask(task.id);

  const { current } = await client.workers();
  let worker = await client.drainWorker(current);
  while (!worker.drained) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    worker = (await client.workers()).items.find(({ id }) => id === current) ?? worker;
  }
  worker = await client.resumeWorker(current);

  return { bot, session, answer, seen, hits, schedule, report, titles, worker };
}
