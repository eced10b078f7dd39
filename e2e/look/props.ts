/** Sets up what the story's bots do not do themselves: schedules, memories, links, providers. */
import type { Client } from "@reef/client/client";
import { botIdAt, sessionIdAt } from "./cast.ts";

export async function prepareRest(client: Client): Promise<void> {
  const schedules = [
    {
      name: "Check TLS certificates",
      session: 5,
      pattern: "45 18 * * *",
      text: "Check the certificates of all hosts.",
    },
    {
      name: "Agent frameworks digest",
      session: 12,
      pattern: "0 19 * * *",
      text: "What is new among agent frameworks?",
    },
    { name: "Close the day", session: 16, pattern: "0 20 * * *", text: "Close the day." },
    { name: "Triage new issues", session: 0, pattern: "0 9 * * 1-5", text: "Triage the new issues." },
  ];
  for (const { name, session, pattern, text } of schedules)
    await client.createSchedule({
      name,
      sessionId: sessionIdAt(session),
      text,
      timing: { kind: "cron", pattern, timeZone: "UTC" },
    });
  const memories = [
    "Releases go out on weekdays before 16:00.",
    "The package is published as @siso/reef.",
    "Ann reviews every change to the docs.",
    "CI runs on Node 24 only.",
  ];
  for (const text of memories) await client.remember(botIdAt(0), { text });
  await client.putLinks({
    items: [
      { from: { kind: "bot", botId: botIdAt(14) }, to: { kind: "any" }, allow: false },
      { from: { kind: "any" }, to: { kind: "bot", botId: botIdAt(1) }, allow: false, right: "read" },
    ],
  });
  await client.createBudget({ scope: { kind: "whole" }, period: "day", limitUsd: 5 });
  await client.createBudget({
    scope: { kind: "bot", id: botIdAt(0) },
    period: "month",
    limitUsd: 2,
    limitTokens: 900_000,
  });
  await client.putSecret("anthropic", { value: "sk-ant-only-for-pictures-0000000000" });
  // Nothing answers there, and no request leaves the machine.
  await client.createProvider({
    kind: "anthropic",
    name: "Anthropic",
    baseUrl: "http://127.0.0.1:9/v1",
    secret: "anthropic",
  });
  await client.createMcpServer({
    name: "github",
    transport: { kind: "http", url: "http://127.0.0.1:9/mcp", headers: {} },
  });
}
