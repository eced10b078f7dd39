/**
 * Chooses the default model from the first provider of a server without any model, and stores it: after a restart the
 * same model answers, whether or not the list of models can be read by then.
 */
import type { Deps } from "@reef/engine/deps";
import { changeModelDefaults } from "@reef/engine/provider/providers";
import type { ProviderId } from "@reef/protocol/ids";
import type { Models } from "./open-models.ts";

/** Does nothing when there is a default, or when no model was found for this provider. */
export async function chooseFirstDefault(
  { deps, models }: { readonly deps: Deps; readonly models: Models },
  id: ProviderId,
): Promise<void> {
  const { chat } = models.defaults().inUse;
  const name = models.find(id)?.name;
  if (chat?.source !== "automatic" || name === undefined || !chat.model.startsWith(`${name}/`)) return;
  await changeModelDefaults(deps, { chat: chat.model });
  await models.refresh();
}
