/**
 * Builds the body that a turn's call would send, as the provider's package makes it from our prompt. Nothing is sent.
 */
import type { TurnContext } from "@reef/engine/port/runtime";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import type { Loop } from "../loop/loop-state.ts";
import { memoryOf } from "../loop/loop-state.ts";
import { makeCall } from "../loop/make-call.ts";
import { defaultCallTimes } from "../loop/model-call.ts";
import type { ProfileCorrection } from "../loop/provider/profile.ts";
import { fixedModels, type ModelFacts, type ModelSettings, ProviderSettings } from "../loop/settings.ts";
import { chooseForTurn, learnedOf } from "../loop/turn-model.ts";
import { readTranscript } from "../loop/window.ts";

export interface OutgoingOptions {
  /** Named as its kind. */
  readonly provider: ProviderSettings;
  readonly modelId: string;
  readonly context: TurnContext;
  readonly more?: Partial<ModelSettings>;
  readonly facts?: Partial<ModelFacts>;
  readonly learned?: ProfileCorrection;
  readonly room?: number;
}

export interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function outgoing(options: OutgoingOptions): Promise<Sent> {
  const { provider, modelId, context, more, facts, learned, room = 100_000 } = options;
  const { kind } = provider;
  const settings: ModelSettings = {
    providers: { [kind]: ProviderSettings.parse(provider) },
    defaultProvider: kind,
    defaultModel: modelId,
    ...more,
  };
  const models = fixedModels(settings);
  if (facts) models.learn({ providerName: kind, modelId }, facts);
  const log = { warn: () => undefined };
  const known = { memories: new Map(), shares: new Map() };
  const loop: Loop = { models, clock: createManualClock(), log, times: defaultCallTimes, ...known };
  const chosen = await chooseForTurn(loop, context);
  memoryOf(loop, chosen).correction = learned ?? {};
  const choice = learnedOf(loop, chosen);
  const transcript = readTranscript(context.entries);
  const call = await makeCall({
    loop,
    context,
    choice,
    transcript,
    maxEntryChars: 20_000,
    room,
    mayBeEmpty: false,
    hasFallback: false,
  });
  let sent: Sent | null = null;
  const model = await call.connect(async (input, init) => {
    const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
    sent = {
      url: String(input),
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: JSON.parse(JSON.stringify(call.reshape?.(body) ?? body)) as Record<string, unknown>,
    };
    throw new Error("nothing goes out");
  });
  await model.doStream(call.options).then(undefined, () => undefined);
  if (sent === null) throw new Error("the package made no request");
  return sent;
}
