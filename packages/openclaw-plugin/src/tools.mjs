/** Offers Reef's tools to OpenClaw agents. Their names and parameters are in tool-list.generated.mjs. */
import { ReefRefusal } from "./reef.mjs";
import { toolList } from "./tool-list.generated.mjs";

/** A call that takes longer answers later, with a message to the session. */
const waitSeconds = 240;

/**
 * Creates a factory for `registerTool`. The gateway says who calls, never the input.
 * @param {(typeof toolList)[number]} entry
 * @param {{ readonly reef: import("./reef.mjs").Reef, readonly shared: import("./shared.mjs").Shared }} parts
 */
export function createTool(entry, { reef, shared }) {
  /** @param {import("./host.mjs").HookContext} context @returns {import("./host.mjs").HostTool | null} */
  return ({ agentId, sessionKey }) => {
    if (!agentId || !sessionKey) return null;
    const { name, reefName, description, parameters } = entry;
    return {
      name,
      label: name,
      description,
      parameters,
      async execute(callId, input, signal) {
        const call = {
          name: reefName,
          callId: shownCallId(callId),
          input: input ?? {},
          heardOthers: shared.heard.has(sessionKey),
          waitSeconds,
          signal,
        };
        try {
          const result = await reef.callTool({ agentId, sessionKey }, call);
          return result === null
            ? said("no bot of Reef is bound to this agent: adopt the agent in Reef's console first", true)
            : said(result.text, result.isError);
        } catch (error) {
          if (signal?.aborted) throw error;
          const why = error instanceof Error ? error.message : String(error);
          if (error instanceof ReefRefusal) return said(`Reef refused: ${why}`, true);
          return said(`Reef cannot be reached (${why}); whether this was done is unknown`, true);
        }
      },
    };
  };
}

/** @param {string} text @param {boolean} isError @returns {import("./host.mjs").ToolResult} */
function said(text, isError) {
  return { content: [{ type: "text", text: isError ? `Error: ${text}` : text }], details: { isError } };
}

/**
 * Returns the id under which the transcript shows the call: a tool called through OpenClaw's `tool_call` has an id
 * derived from that call's.
 * @param {string} callId
 */
function shownCallId(callId) {
  return /^tool_search_code:(.+):[^:]+:\d+$/.exec(callId)?.[1] ?? callId;
}

/** These tools bring in nobody else's words, besides Reef's own, whose results Reef judges itself. */
const plainTools = new Set([...toolList.map(({ name }) => name), "tool_search", "tool_describe", "tool_call"]);

/**
 * True for a tool of the gateway that can bring in words that neither the bot nor its person said (ME5).
 * @param {string} name
 */
export function bringsOthersWords(name) {
  return !plainTools.has(name);
}
