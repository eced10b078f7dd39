/** Lists the models of llama.cpp's server: usually one, whose window and abilities are in `/props`. */
import { flagOf, toFields, tokensOf, toList } from "./fields.ts";
import type { ListedModel } from "./listed-model.ts";
import type { AskServer } from "./ollama.ts";
import { readModel } from "./read-model.ts";

/** `ask` calls its own address, without `/v1`. */
export async function listLlamaCpp(ask: AskServer): Promise<readonly ListedModel[]> {
  const answer = toFields(await ask("/v1/models"));
  const extra = toList(answer.models).map(toFields);
  const rows = toList(answer.data).map(toFields);
  const models = rows.map((row, at) => readModel({ ...extra[at], ...row })).filter((model) => model !== null);
  const [only] = models;
  if (only === undefined || models.length > 1) return models;
  const props = toFields(await ask("/props").catch(() => null));
  const runningTokens = tokensOf(toFields(props.default_generation_settings).n_ctx, props.n_ctx);
  const caps = toFields(props.chat_template_caps);
  const tools = flagOf(caps.supports_tool_calls) ?? flagOf(caps.supports_tools);
  return [
    {
      ...only,
      runningTokens,
      contextTokens: runningTokens ?? only.contextTokens,
      isLoaded: true,
      abilities: {
        ...only.abilities,
        tools: tools ?? only.abilities.tools,
        vision: flagOf(toFields(props.modalities).vision) ?? only.abilities.vision,
      },
    },
  ];
}
