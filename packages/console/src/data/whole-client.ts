/** Provides the client with every call, for parts that are loaded later: the first load has only the core. */
import { type Client, completeClient } from "@reef/client/client";
import type { CoreClient } from "@reef/client/core-client";

const wholeByCore = new WeakMap<CoreClient, Client>();

export function wholeClient(core: CoreClient): Client {
  const whole = wholeByCore.get(core) ?? completeClient(core);
  wholeByCore.set(core, whole);
  return whole;
}
