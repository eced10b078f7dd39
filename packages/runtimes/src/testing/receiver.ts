/** Creates receivers for tests of windows, like a turn's, without a turn. */
import type { ProviderKind } from "@reef/protocol/provider";
import { chooseProfile } from "../loop/provider/choose-profile.ts";
import type { Receiver } from "../loop/provider/outgoing/receiver.ts";
import { turnId } from "./turn-context.ts";

export function receiverOf(kind: ProviderKind, modelId = "some-model", more: Partial<Receiver> = {}): Receiver {
  const profile = chooseProfile({ kind, baseUrl: "http://127.0.0.1:1/v1", modelId });
  const none = { toolNames: new Map(), pictures: new Map() };
  return { profile, model: `${kind}/${modelId}`, turnId, sinceSeq: 0, hasTools: true, ...none, ...more };
}
