/** Adds Reef's tools, hooks and routes to a gateway. Only a full load does work; the other kinds only declare. */
import { checkReef } from "./check.mjs";
import { registerConsole } from "./console.mjs";
import { createPromptHook } from "./prompt.mjs";
import { createReef } from "./reef.mjs";
import { noteHeard, sharedState } from "./shared.mjs";
import { toolList } from "./tool-list.generated.mjs";
import { bringsOthersWords, createTool } from "./tools.mjs";

/**
 * @param {import("./host.mjs").Host} api
 * @param {Readonly<Record<string, string | undefined>>} environment
 */
export function register(api, environment) {
  const { url, gatewayId } = api.pluginConfig ?? {};
  const { logger } = api;
  if (!url || !gatewayId) {
    logger.warn("Reef Home is not set up here: run “npm run reef -- openclaw connect” where Reef is");
    return;
  }
  const shared = sharedState();
  const reef = createReef({ ...api.pluginConfig, url, gatewayId }, environment);
  for (const entry of toolList) api.registerTool(createTool(entry, { reef, shared }), { name: entry.name });
  const recall = createPromptHook({ reef, logger });
  api.on("before_prompt_build", async (event, context) => {
    // A new question starts clean: what was heard during the previous one does not count.
    if (context?.sessionKey) shared.heard.delete(context.sessionKey);
    return recall(event, context);
  });
  api.on("after_tool_call", async (event, context) => {
    if (context?.sessionKey && bringsOthersWords(event.toolName)) noteHeard(shared, context.sessionKey);
    return undefined;
  });
  registerConsole(api, { reef, shared });
  // Reef asks over its own connection whether this plugin can use it; older gateways have no methods of plugins.
  api.registerGatewayMethod?.("reef-home.status", async ({ respond }) => respond(true, await checkReef(reef)), {
    scope: "operator.read",
  });
  if (api.registrationMode !== "full") return;
  api.registerService({
    id: "reef-home",
    start() {
      reef.announce().catch((error) => logger.info(`Reef was not told that this gateway is up: ${error.message}`));
    },
    stop() {},
  });
}
