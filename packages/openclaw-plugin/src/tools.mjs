/** Reef's tools as an OpenClaw agent calls them. What they are called and take stands in tool-list.generated.mjs. */
import { ReefRefusal } from "./reef.mjs";
import { toolList } from "./tool-list.generated.mjs";

/** What takes longer comes to the session as a message. */
const waitSeconds = 240;

/**
 * A factory for `registerTool`: the caller is who the gateway says, never who the input says.
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
 * A tool that the model calls through OpenClaw's `tool_call` has an id made of that call's: the transcript shows the one
 * call under the id it has there. @param {string} callId
 */
function shownCallId(callId) {
  return /^tool_search_code:(.+):[^:]+:\d+$/.exec(callId)?.[1] ?? callId;
}

/** Tools that hold nobody else's words, besides Reef's own: Reef knows what these bring. */
const plainTools = new Set([...toolList.map(({ name }) => name), "tool_search", "tool_describe", "tool_call"]);

/** Whether a tool of the gateway can bring in words that neither the bot nor its person said (ME5). @param {string} name */
export function bringsOthersWords(name) {
  return !plainTools.has(name);
}
