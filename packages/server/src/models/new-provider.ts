/** Completes a person's new provider with defaults for everything left out. */
import { originOf } from "@reef/engine/provider/origin";
import type { ProviderFields } from "@reef/engine/provider/providers";
import { AppError } from "@reef/protocol/error";
import type { NewProvider, NewProviderTest, ProviderKind } from "@reef/protocol/provider";
import { dialects } from "@reef/runtimes/loop/provider/dialects/all";
import type { ProviderSettings } from "@reef/runtimes/loop/settings";
import { defaultPatience } from "./known.ts";
import type { Models } from "./open-models.ts";

export function fieldsOf(given: NewProvider): ProviderFields {
  const { name, kind, secret = null, prices = {}, overrides = {}, enabled = true } = given;
  return {
    name,
    kind,
    baseUrl: given.baseUrl ?? addressOfKind(kind),
    secret,
    firstTokenMs: given.firstTokenMs ?? defaultPatience.firstTokenMs,
    betweenTokensMs: given.betweenTokensMs ?? defaultPatience.betweenTokensMs,
    prices,
    overrides,
    enabled,
  };
}

function addressOfKind(kind: ProviderKind): string {
  const url = dialects[kind].baseUrl;
  if (url !== null) return url;
  throw new AppError("invalid_request", "the body is not as expected: baseUrl: missing", {
    fields: [{ path: "baseUrl", message: `expected an address: every ${kind} server has its own` }],
  });
}

/** Uses the key that came along, else the stored secret, which is sent only to its own address (SE8). */
export function settingsToTest(
  given: NewProviderTest,
  models: Pick<Models, "secret">,
): { readonly name: string; readonly settings: ProviderSettings } {
  const { key, model: _model, ...rest } = given;
  const { name, kind, baseUrl, secret, firstTokenMs, betweenTokensMs, prices, overrides } = fieldsOf({
    ...rest,
    name: given.name ?? "test",
  });
  const apiKey = key ?? (secret === null ? undefined : keyFor(secret, baseUrl, models));
  const settings = { kind, baseUrl, firstTokenMs, betweenTokensMs, prices, overrides };
  return { name, settings: apiKey === undefined ? settings : { ...settings, apiKey } };
}

function keyFor(name: string, baseUrl: string, models: Pick<Models, "secret">): string {
  const secret = models.secret(name);
  if (secret === null) throw new AppError("conflict", `there is no secret named “${name}”: store it first`);
  const { origin } = secret.record;
  if (origin !== null && origin !== originOf(baseUrl)) {
    throw new AppError(
      "conflict",
      `the key “${name}” was given for ${origin}: enter the key again for the new address ${originOf(baseUrl)}`,
    );
  }
  if (secret.value === null) throw new AppError("conflict", `the key “${name}” cannot be decrypted: enter it again`);
  return secret.value;
}
