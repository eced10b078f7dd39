/**
 * Parses the demo runtime's language: one command a line. Words that are not a command are talk. A task may itself
 * contain commands, so `spawn spawn echo hi` makes a tree; `
 * ` in a task is a new line, one level at a time.
 */

/** Commands that call a tool, with the tool's name and input. */
export interface ToolCommand {
  readonly type: "tool";
  readonly line: string;
  readonly tool: string;
  readonly input: unknown;
}

export type Command =
  | ToolCommand
  | { readonly type: "help" }
  | { readonly type: "echo"; readonly text: string }
  | { readonly type: "words"; readonly count: number; readonly overMs: number }
  | { readonly type: "sleep"; readonly ms: number }
  /** Fails temporarily while the turn's attempts are below `until`; null always fails for good. */
  | { readonly type: "fail"; readonly reason: string; readonly until: number | null }
  | { readonly type: "talk"; readonly text: string };

export const helpText = `I am the demo runtime, not a language model. I run these commands, one per line.

- \`help\`: this text
- \`echo TEXT\`: says TEXT
- \`count N\`: streams N words · \`stream N words over 3s\`: the same, slowly
- \`sleep 5s\`: is busy for that long
- \`list\` or \`list: WORDS\`: lists sessions
- \`send TO: TEXT\`: writes to a session (id or title) or a bot
- \`spawn TASK\` or \`spawn BOT: TASK\`: starts a sub-agent; the task may be commands, with \`\\n\` between them
- \`read SESSION\`: reads a transcript
- \`wait\` or \`wait SESSION, MESSAGE, …\`: waits for answers
- \`ask QUESTION | option | option\`: asks you
- \`report TEXT\`: gives a task's result
- \`remember TEXT\`, \`recall TEXT\`, \`forget TEXT\`: saves, finds and removes something in this bot's memory
- \`correct MEMORY: TEXT\`: replaces a memory; MEMORY is the id that \`recall\` shows
- \`plan 5m: TEXT\`, \`plan every 10m: TEXT\`, \`plan 0 9 * * *: TEXT\`: sends TEXT to this session then; TEXT may be commands
- \`plans\` lists them, \`unplan NAME\` cancels one
- \`tool NAME {json}\`: calls any tool
- \`fail TEXT\`: fails · \`flaky N\`: fails N times, then works`;

const verbs =
  "help|echo|count|stream|sleep|list|send|spawn|read|wait|ask|report|remember|recall|correct|forget|plan|plans|unplan|tool|fail|flaky";
const startsWithVerb = new RegExp(`^(?:${verbs})\\s`, "i");

/** Returns the commands of a message in order; its talk is joined into one. */
export function parseCommands(text: string): readonly Command[] {
  const commands: Command[] = [];
  const talk: string[] = [];
  for (const line of text.split("\n").map((part) => part.trim())) {
    const command = line === "" ? null : parseLine(line);
    if (command) commands.push(command);
    else if (line !== "") talk.push(line);
  }
  return talk.length === 0 ? commands : [...commands, { type: "talk", text: talk.join("\n") }];
}

function parseLine(line: string): Command | null {
  const [, word = "", rest = ""] = /^(\w+):?\s*([\s\S]*)$/.exec(line) ?? [];
  const tool = (name: string, input: unknown): Command => ({ type: "tool", line, tool: name, input });
  switch (word.toLowerCase()) {
    case "help":
      return rest === "" ? { type: "help" } : null;
    case "echo":
      return rest === "" ? null : { type: "echo", text: rest };
    case "count":
      return /^\d+$/.test(rest) ? words(Number(rest), 0) : null;
    case "stream":
      return parseStream(rest);
    case "sleep": {
      const ms = parseDuration(rest);
      return ms === null ? null : { type: "sleep", ms };
    }
    case "list":
      if (rest === "") return tool("session_list", {});
      return /^list:/i.test(line) ? tool("session_list", { query: rest }) : null;
    case "send": {
      const [to, body] = splitAtColon(rest);
      return to && body ? tool("session_send", { to, text: body }) : null;
    }
    case "spawn":
      return rest === "" ? null : tool("session_spawn", parseSpawn(rest));
    case "read":
      return rest === "" ? null : tool("session_read", { session: rest });
    case "wait":
      return tool("session_wait", rest === "" ? {} : { for: parseTargets(rest) });
    case "ask": {
      const [question = "", ...options] = rest.split("|").map((part) => part.trim());
      return question === "" ? null : tool("ask_person", options.length === 0 ? { question } : { question, options });
    }
    case "report":
      return rest === "" ? null : tool("report_result", { text: rest });
    case "remember":
      return rest === "" ? null : tool("memory_save", { text: rest });
    case "recall":
      return rest === "" ? null : tool("memory_search", { query: rest });
    case "correct": {
      const [id, text] = splitAtColon(rest);
      return id && text ? tool("memory_update", { id, text }) : null;
    }
    case "forget":
      return rest === "" ? null : tool("memory_forget", { query: rest });
    case "plan": {
      const input = parsePlan(rest);
      return input === null ? null : tool("schedule_create", input);
    }
    case "plans":
      return rest === "" ? tool("schedule_list", {}) : null;
    case "unplan":
      return rest === "" ? null : tool("schedule_cancel", { schedule: rest });
    case "tool": {
      const [, name, input = ""] = /^([\w.-]+)\s*([\s\S]*)$/.exec(rest) ?? [];
      return name ? tool(name, parseInput(input)) : null;
    }
    case "fail":
      return { type: "fail", reason: rest || "asked to fail", until: null };
    case "flaky":
      return /^\d+$/.test(rest) ? { type: "fail", reason: `asked to fail ${rest} times`, until: Number(rest) } : null;
    default:
      return null;
  }
}

const maxWords = 100_000;

function words(count: number, overMs: number): Command {
  return { type: "words", count: Math.min(count, maxWords), overMs };
}

function parseStream(rest: string): Command | null {
  const [, count, over = "0ms"] = /^(\d+)(?:\s+words?)?(?:\s+over\s+(\S.*))?$/i.exec(rest) ?? [];
  const overMs = parseDuration(over);
  return count === undefined || overMs === null ? null : words(Number(count), overMs);
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, "": 1000 };

/** Reads `5s`, `1.5 s`, `200ms`, `2m`; a bare number is seconds. At most a day. */
function parseDuration(text: string): number | null {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min)?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return null;
  return Math.min(Number(amount) * (unitMs[unit.toLowerCase()] ?? 1000), 86_400_000);
}

function splitAtColon(text: string): readonly [string, string] {
  const at = text.search(/:(\s|$)/);
  return at < 0 ? ["", text] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function parseSpawn(rest: string): { readonly task: string; readonly bot?: string } {
  const [bot, task] = splitAtColon(rest);
  // The colon in `spawn send Ada: hi` belongs to the task.
  const hasBot = bot !== "" && task !== "" && !startsWithVerb.test(bot);
  return hasBot ? { task: unescapeLines(task), bot } : { task: unescapeLines(rest) };
}

function parsePlan(rest: string): Readonly<Record<string, unknown>> | null {
  const [when, body] = splitAtColon(rest);
  const text = unescapeLines(body);
  if (when === "" || text === "") return null;
  const [, every, time = ""] = /^(every\s+)?(.*)$/i.exec(when) ?? [];
  const ms = parseDuration(time);
  if (ms === null) return /^\S+( \S+){4}$/.test(when) ? { text, cron: when } : null;
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return every ? { text, everyMinutes: minutes } : { text, inMinutes: minutes };
}

function unescapeLines(text: string): string {
  return text.replace(/\\(\\|n)/g, (_, character: string) => (character === "n" ? "\n" : "\\"));
}

function parseTargets(rest: string): readonly string[] {
  const isIds = rest.split(/[\s,]+/).every((part) => /^(ses|msg)_/.test(part));
  return rest
    .split(isIds ? /[\s,]+/ : ",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function parseInput(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // the engine answers malformed input, which is worth showing too
  }
}
