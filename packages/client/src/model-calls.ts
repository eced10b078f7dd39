/** Calls about models: providers, the secrets that hold their keys, what they offer, and which model does which work. */

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
    /** Those stored here, then those of the server's settings, then a local server that was found. */
    providers: (options?: CallOptions) => send<Page<Provider>>({ method: "GET", path: "/v1/providers", ...options }),
    /** By its id or name. */
    provider: (id: string, options?: CallOptions) =>
      send<Provider>({ method: "GET", path: providerPath(id), ...options }),
    /** `conflict` when its name is taken, or its secret is missing or was given for another address. */
    createProvider: (provider: NewProvider) =>
      send<Provider>({ method: "POST", path: "/v1/providers", body: provider }),
    /** `conflict` for one that the server's settings set, and for an address that needs the key entered again. */
    changeProvider: (id: string, patch: ProviderPatch) =>
      send<Provider>({ method: "PATCH", path: providerPath(id), body: patch }),
    /** `conflict` while a bot or a default names a model of it. */
    deleteProvider: (id: string) => send<void>({ method: "DELETE", path: providerPath(id) }),
    /** Really asks; takes up to some minutes where a model has to be loaded. */
    testProvider: (id: string, request: ProviderTestRequest = {}, options?: TestOptions) =>
      followTest(send, { method: "POST", path: `${providerPath(id)}/test`, body: request }, options),
    /** The same before it is stored; `key` is used for this test alone. */
    testNewProvider: (provider: NewProviderTest, options?: TestOptions) =>
      followTest(send, { method: "POST", path: "/v1/providers/test", body: provider }, options),
    /** The kinds of providers, and where a key for each is to be had. */
    providerOffers: (options?: CallOptions) =>
      send<Page<ProviderOffer>>({ method: "GET", path: "/v1/providers/offers", ...options }),
    /** Model servers on the server's own machine that are not set up yet; takes about a second. */
    foundServers: (options?: CallOptions) =>
      send<Page<FoundServer>>({ method: "GET", path: "/v1/providers/found", ...options }),
    /** Never with a value. */
    secrets: (options?: CallOptions) => send<Page<Secret>>({ method: "GET", path: "/v1/secrets", ...options }),
    /** Stores it, or replaces its value and forgets its address unless `origin` names one. */
    putSecret: (name: string, value: SecretValue) =>
      send<Secret>({ method: "PUT", path: secretPath(name), body: value }),
    /** `conflict` while a provider uses it. */
    deleteSecret: (name: string) => send<void>({ method: "DELETE", path: secretPath(name) }),
    /** Of every provider that is switched on, with `problems` of those that are away. */
    models: (filter: ModelFilter = {}, options?: CallOptions) =>
      send<ModelList>({ method: "GET", path: "/v1/models", query: { ...filter }, ...options }),
    modelDefaults: (options?: CallOptions) =>
      send<ModelDefaultsInUse>({ method: "GET", path: "/v1/models/defaults", ...options }),
    /** `invalid_request` for a provider that is not there, or a model that is known to be unable. */
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
