/** Says what was found in a connected folder, in words for people; what has none keeps its own name. */
const words: Readonly<Record<string, string>> = {
  tasks: "tasks",
  subtasks: "of them parts",
  duplicateTasks: "of them copies",
  templates: "of them forms",
  tasksWithoutFile: "task folders without a file",
  plans: "plans",
  runs: "runs",
  notes: "notes",
  decisions: "decisions",
  memories: "memories",
  agentMemories: "agent memories",
  claudeAgents: "Claude agents",
  specialists: "specialists",
  subAgents: "sub-agents",
  personas: "personas",
  topics: "topics",
  teams: "teams",
  goals: "goals",
  chatLogs: "chat logs",
  queueRows: "queue rows",
  files: "files",
  folders: "folders",
};

export function kindWords(counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(words).flatMap(([kind, name]) => {
    const count = counts[kind] ?? 0;
    return count === 0 ? [] : [[name, count] as const];
  });
}
