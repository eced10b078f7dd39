/** Says what a file of a BlackBox5 is by its path alone, for the counts that people compare with `find`. */
export type FileKind =
  | "tasks"
  | "plans"
  | "notes"
  | "claudeAgents"
  | "specialists"
  | "subAgents"
  | "personas"
  | "agentRegistries"
  | "teams"
  | "openclawConfigs"
  | "agentMemories"
  | "hindsightMemories"
  | "decisionRegistries"
  | "chatLogs"
  | "goals"
  | "queues"
  | "events"
  | "orchestratorPlans";

const byName: Readonly<Record<string, FileKind>> = {
  "PLAN.md": "plans",
  "THOUGHTS.md": "notes",
  "DECISIONS.md": "notes",
  "LEARNINGS.md": "notes",
  "ASSUMPTIONS.md": "notes",
  "RESULTS.md": "notes",
  "SUBAGENT.md": "subAgents",
  "SOUL.md": "personas",
  "PERSONA.md": "personas",
  "agent-registry.yaml": "agentRegistries",
  "claude-agent-team.yaml": "teams",
  "team_spec.yaml": "teams",
  "openclaw.json": "openclawConfigs",
  "openclaw-topics.json": "openclawConfigs",
  "insights.json": "agentMemories",
  "memories.json": "hindsightMemories",
  "decision_registry.yaml": "decisionRegistries",
  "goal.yaml": "goals",
  "queue.yaml": "queues",
  "events.yaml": "events",
  "events.ldjson": "events",
  "orchestrator_plan.yaml": "orchestratorPlans",
};

/** Null for a file of no special kind. Tasks are told by `placeOf`. */
export function kindOf(inside: string): FileKind | null {
  const parts = inside.split("/");
  const name = parts.at(-1) ?? "";
  const above = parts.at(-2);
  const known = byName[name];
  if (known !== undefined && Object.hasOwn(byName, name)) return known;
  if (above === "agents" && parts.at(-3) === ".claude" && name.endsWith(".md")) return "claudeAgents";
  if (above === "specialists" && /\.ya?ml$/.test(name)) return "specialists";
  if (parts.includes("chat-logs") && name.endsWith(".jsonl")) return "chatLogs";
  return null;
}

/** A folder of one run, in any of the forms that there are. */
export function isRunFolder(inside: string): boolean {
  const parts = inside.split("/");
  const name = parts.at(-1) ?? "";
  return /^(run|research|team)-./.test(name) && parts.slice(0, -1).some((part) => /^runs?([-_.]|$)/.test(part));
}
