/**
 * These calls manage models: providers, the secrets that hold their keys, what they offer, and which model does which
 * work.
 */

import { AppError } from "@reef/protocol/error";
import type { ModelDefaultsInUse, ModelDefaultsPatch, ModelFilter, ModelList } from "@reef/protocol/model";
import type { Page } from "@reef/protocol/page";
import type {
  FoundServer,
  NewProvider,
  NewProviderTest,
  Provider,
  ProviderOffer,
  ProviderPatch,
  ProviderTest,
  ProviderTestLine,
  ProviderTestRequest,
  ProviderTestStep,
} from "@reef/protocol/provider";
import type { ProviderRetried, ProviderTroubleList } from "@reef/protocol/provider-wait";
import type { Secret, SecretValue } from "@reef/protocol/secret";
import { type ApiCall, type CallOptions, problemToError, type Send } from "./call.ts";

export interface TestOptions extends CallOptions {
  /** Called with each step as it ends, in order. */
  readonly onStep?: (step: ProviderTestStep) => void;
}

export function modelCalls(send: Send) {
  const providerPath = (id: string) => `/v1/providers/${encodeURIComponent(id)}`;
  const secretPath = (name: string) => `/v1/secrets/${encodeURIComponent(name)}`;
  return {
    /** Stored providers first, then those of the server's settings, then a local server that was found. */
    providers: (options?: CallOptions) => send<Page<Provider>>({ method: "GET", path: "/v1/providers", ...options }),
    /** By its id or name. */
    provider: (id: string, options?: CallOptions) =>
      send<Provider>({ method: "GET", path: providerPath(id), ...options }),
    /** `conflict` when the name is taken, or the secret is missing or was given for another address. */
    createProvider: (provider: NewProvider) =>
      send<Provider>({ method: "POST", path: "/v1/providers", body: provider }),
    /**
     * `conflict` for a provider that the server's settings define, and for an address that needs the key entered again.
     */
    changeProvider: (id: string, patch: ProviderPatch) =>
      send<Provider>({ method: "PATCH", path: providerPath(id), body: patch }),
    /** `conflict` while a bot or a default names one of its models. */
    deleteProvider: (id: string) => send<void>({ method: "DELETE", path: providerPath(id) }),
    /** Sends a real request; this takes up to some minutes where a model has to be loaded. */
    testProvider: (id: string, request: ProviderTestRequest = {}, options?: TestOptions) =>
      followTest(send, { method: "POST", path: `${providerPath(id)}/test`, body: request }, options),
    /** Tests a provider before it is stored; `key` is used for this test alone. */
    testNewProvider: (provider: NewProviderTest, options?: TestOptions) =>
      followTest(send, { method: "POST", path: "/v1/providers/test", body: provider }, options),
    /** What waits for each model that is away, and what failed because of it. */
    providerWaits: (options?: CallOptions) =>
      send<ProviderTroubleList>({ method: "GET", path: "/v1/provider-waits", ...options }),
    /** Tries all of it again now. */
    retryProvider: (model: string) =>
      send<ProviderRetried>({ method: "POST", path: "/v1/provider-waits/retry", body: { model } }),
    /** The kinds of providers, and where to get a key for each. */
    providerOffers: (options?: CallOptions) =>
      send<Page<ProviderOffer>>({ method: "GET", path: "/v1/providers/offers", ...options }),
    /** Model servers on the server's own machine that are not set up yet; takes about a second. */
    foundServers: (options?: CallOptions) =>
      send<Page<FoundServer>>({ method: "GET", path: "/v1/providers/found", ...options }),
    /** Secrets are listed without their values. */
    secrets: (options?: CallOptions) => send<Page<Secret>>({ method: "GET", path: "/v1/secrets", ...options }),
    /** Stores the secret, or replaces its value and forgets its address unless `origin` names one. */
    putSecret: (name: string, value: SecretValue) =>
      send<Secret>({ method: "PUT", path: secretPath(name), body: value }),
    /** `conflict` while a provider uses the secret. */
    deleteSecret: (name: string) => send<void>({ method: "DELETE", path: secretPath(name) }),
    /** Models of every provider that is switched on; `problems` names the providers that could not be reached. */
    models: (filter: ModelFilter = {}, options?: CallOptions) =>
      send<ModelList>({ method: "GET", path: "/v1/models", query: { ...filter }, ...options }),
    modelDefaults: (options?: CallOptions) =>
      send<ModelDefaultsInUse>({ method: "GET", path: "/v1/models/defaults", ...options }),
    /** `invalid_request` for an unknown provider, or a model known to be unable to do the work. */
    changeModelDefaults: (patch: ModelDefaultsPatch) =>
      send<ModelDefaultsInUse>({ method: "PATCH", path: "/v1/models/defaults", body: patch }),
  };
}

async function followTest(send: Send, call: ApiCall, { onStep, ...options }: TestOptions = {}): Promise<ProviderTest> {
  if (onStep === undefined) return await send<ProviderTest>({ ...call, ...options });
  const onLine = (line: unknown): void => {
    const { step } = line as { readonly step?: ProviderTestStep };
    if (step) onStep(step);
  };
  const last = await send<ProviderTestLine | undefined>({ ...call, ...options, onLine });
  if (last && "test" in last) return last.test;
  if (last && "problem" in last) throw problemToError(last.problem.status, last.problem);
  throw new AppError("unavailable", "the server's answer was cut off before the test ended");
}
