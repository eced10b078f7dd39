/** Checks what Anthropic's Messages API refuses, in its words. Messages of one role in a row are accepted as one. */
import { type Asked, firstUnknown, type Json, list, type Minted, object, text } from "./dialect.ts";

const topLevel = [
  ...["model", "messages", "max_tokens", "system", "tools", "tool_choice", "stream", "temperature", "top_p", "top_k"],
  ...[
    "stop_sequences",
    "thinking",
    "metadata",
    "service_tier",
    "container",
    "mcp_servers",
    "context_management",
    "output_config",
  ],
];
const mostOutput = 64_000;

export function checkAnthropic(asked: Asked): string | null {
  const { body } = asked;
  const unknown = firstUnknown(body, topLevel);
  if (unknown !== null) return `${unknown}: Extra inputs are not permitted`;
  const limit = body.max_tokens;
  if (limit === undefined) return "max_tokens: Field required";
  if (typeof limit !== "number" || limit < 1) return "max_tokens: must be greater than or equal to 1";
  if (limit > mostOutput) {
    return `max_tokens: ${limit} > ${mostOutput}, which is the maximum allowed number of output tokens for claude-sonnet-4-5`;
  }
  return systemFault(body.system) ?? toolsFault(body) ?? cacheFault(body) ?? messagesFault(asked);
}

function systemFault(system: unknown): string | null {
  if (system === undefined || typeof system === "string") return null;
  return list(system).some((part) => text(part.text).trim() === "")
    ? "system: text content blocks must be non-empty"
    : null;
}

function toolsFault({ tools, tool_choice: choice }: Json): string | null {
  if (choice !== undefined && list(tools).length === 0)
    return "tool_choice: tool_choice may only be specified while providing tools";
  const names = list(tools).map(({ name }) => text(name));
  if (new Set(names).size < names.length) return "tools: Tool names must be unique.";
  for (const [at, { name, input_schema: schema }] of list(tools).entries()) {
    const place = `tools.${at}.custom`;
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(text(name)))
      return `${place}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
    if (object(schema).type === undefined) return `${place}.input_schema.type: Field required`;
    if (object(schema).type !== "object") return `${place}.input_schema.type: Input should be 'object'`;
    if (["oneOf", "anyOf", "allOf"].some((key) => key in object(schema))) {
      return `${place}.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`;
    }
  }
  return null;
}

function cacheFault(body: Json): string | null {
  const count = JSON.stringify([body.system, body.tools, body.messages]).split('"cache_control":{').length - 1;
  return count > 4 ? `A maximum of 4 blocks with cache_control may be provided. Found ${count}.` : null;
}

interface Turn {
  readonly role: string;
  readonly blocks: readonly Json[];
}

function messagesFault({ body, minted }: Asked): string | null {
  const messages = list(body.messages);
  if (messages.length === 0) return "messages: at least one message is required";
  for (const [at, message] of messages.entries()) {
    const fault = messageFault(message, at, minted);
    if (fault !== null) return fault;
  }
  if (messages[0]?.role !== "user") return 'messages: first message must use the "user" role';
  const turns = mergeTurns(messages);
  if (turns.at(-1)?.role === "assistant") {
    return "This model does not support assistant message prefill. The conversation must end with a user message.";
  }
  return pairFault(turns) ?? thinkingFault(turns, body);
}

function messageFault({ role, content }: Json, at: number, minted: Minted): string | null {
  if (role !== "user" && role !== "assistant") return `messages.${at}.role: Input should be 'user' or 'assistant'`;
  const blocks = blocksOf(content);
  if (blocks.length === 0 || content === "") {
    return `messages.${at}: all messages must have non-empty content except for the optional final assistant message`;
  }
  for (const [n, block] of blocks.entries()) {
    const fault = blockFault(block, `messages.${at}.content.${n}`, minted);
    if (fault !== null) return fault;
  }
  return null;
}

function blockFault(block: Json, place: string, minted: Minted): string | null {
  switch (block.type) {
    case "text":
      if (block.text === "") return "messages: text content blocks must be non-empty";
      return text(block.text).trim() === "" ? "messages: text content blocks must contain non-whitespace text" : null;
    case "thinking":
      return minted.get(text(block.signature)) === block.thinking
        ? null
        : `${place}: Invalid \`signature\` in \`thinking\` block`;
    case "tool_use":
      if (!/^[a-zA-Z0-9_-]+$/.test(text(block.id)))
        return `${place}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
      if (!/^[a-zA-Z0-9_-]{1,200}$/.test(text(block.name)))
        return `${place}.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,200}$'`;
      return typeof block.input === "object" && block.input !== null && !Array.isArray(block.input)
        ? null
        : `${place}.tool_use.input: Input should be a valid dictionary`;
    case "tool_result":
      return list(block.content).some((part) => part.type === "text" && part.text === "")
        ? "messages: text content blocks must be non-empty"
        : null;
    case "image": {
      const source = object(block.source);
      if (source.type === "base64" && !/^image\/(jpeg|png|gif|webp)$/.test(text(source.media_type))) {
        return `${place}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`;
      }
      return source.type === "base64" && text(source.data) === ""
        ? `${place}.image.source.base64.data: image cannot be empty`
        : null;
    }
    case "redacted_thinking":
    case "document":
      return null;
    default:
      return `${place}: Input tag '${String(block.type)}' found using 'type' does not match any of the expected tags`;
  }
}

function blocksOf(content: unknown): Json[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : list(content);
}

function mergeTurns(messages: readonly Json[]): Turn[] {
  const turns: { role: string; blocks: Json[] }[] = [];
  for (const { role, content } of messages) {
    const last = turns.at(-1);
    if (last !== undefined && last.role === role) last.blocks.push(...blocksOf(content));
    else turns.push({ role: text(role), blocks: blocksOf(content) });
  }
  return turns;
}

function pairFault(turns: readonly Turn[]): string | null {
  const seen = new Set<string>();
  for (const [at, { role, blocks }] of turns.entries()) {
    const calls = blocks.filter(({ type }) => type === "tool_use").map(({ id }) => text(id));
    for (const id of calls) {
      if (seen.has(id)) return "messages: `tool_use` ids must be unique";
      seen.add(id);
    }
    const before =
      at > 0 ? (turns[at - 1]?.blocks ?? []).filter(({ type }) => type === "tool_use").map(({ id }) => text(id)) : [];
    const results = blocks.filter(({ type }) => type === "tool_result").map((block) => text(block.tool_use_id));
    const stray = results.find((id) => !before.includes(id));
    if (stray !== undefined) {
      return `messages.${at}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    // Results come first in their message; anything before them hides them.
    const leading = blocks.slice(0, results.length).every(({ type }) => type === "tool_result");
    const open =
      role === "user" && leading ? before.filter((id) => !results.includes(id)) : role === "user" ? before : [];
    if (open.length > 0) {
      return `messages.${at - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    }
    if (new Set(results).size < results.length)
      return "messages: each tool_use must have a single result. Found multiple `tool_result` blocks.";
  }
  return null;
}

/** In a turn in which it thought, the rounds must begin with the thought. */
function thinkingFault(turns: readonly Turn[], { thinking }: Json): string | null {
  if (!["enabled", "adaptive"].includes(text(object(thinking).type))) return null;
  const start = turns.findLastIndex(
    ({ role, blocks }) => role === "user" && blocks.some(({ type }) => type === "text"),
  );
  for (const [at, { role, blocks }] of turns.entries()) {
    if (at < start || role !== "assistant") continue;
    const first = text(blocks[0]?.type);
    if (!/thinking$/.test(first)) {
      return `messages.${at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`;
    }
  }
  return null;
}
