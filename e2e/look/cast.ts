/** Names the bots and topics that the pictures show, and the moment at which they show them. */

import type { NewBot } from "@reef/protocol/bot";
import { BotId, SessionId, TopicId } from "@reef/protocol/ids";

/** Builds an id that is the same in every run, so that a colour derived from it is the same too. */
function fixedId(prefix: string, n: number): string {
  return `${prefix}_01900000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
}

/** A Sunday evening, in the time zone that the pictures are taken in (UTC). */
export const stageTime = new Date("2026-11-29T18:37:00Z");

export const botIdAt = (n: number): BotId => BotId.parse(fixedId("bot", n));
export const topicIdAt = (n: number): TopicId => TopicId.parse(fixedId("tpc", n));
export const sessionIdAt = (n: number): SessionId => SessionId.parse(fixedId("ses", n));

export const topics = [
  { name: "dev", color: "#3b82f6" },
  { name: "research", color: "#8b5cf6" },
  { name: "clients", color: "#10b981" },
  { name: "ops", color: "#f59e0b" },
] as const;

export const bots: readonly (Pick<NewBot, "name" | "role"> & Pick<NewBot, "instructions" | "tools" | "tags">)[] = [
  {
    name: "Open Source",
    role: "Maintainer: triage, releases",
    instructions:
      "Keep the issue tracker answered within a day. Never publish without a person's word. Prefer small releases.",
    tags: ["github", "npm"],
  },
  { name: "Client Base", role: "Portfolio health and retention" },
  { name: "Monitoring", role: "Alerts, uptime, on-call" },
  { name: "BlackBox5 Lead", role: "Architecture, autonomous systems" },
  { name: "Lumelle Product", role: "Lumelle features and roadmap" },
  { name: "Docs Research", role: "Documentation and guides" },
  { name: "Automation", role: "n8n, scripts, integrations" },
  { name: "Reddit Research", role: "Trends and sentiment" },
  { name: "Legacy Improver", role: "Refactoring and tech debt" },
  { name: "GitHub Research", role: "Repositories and code patterns" },
  { name: "Daily Planner", role: "Daily planning and time boxing" },
  { name: "Agency Ops", role: "Agency workflows" },
  { name: "Client Tasks", role: "Deliverables and follow-ups" },
  { name: "X Research", role: "Agent frameworks and releases" },
  { name: "Journal", role: "Evening notes" },
];
