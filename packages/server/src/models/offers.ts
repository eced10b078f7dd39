/** Describes each kind of provider before one exists, from what its dialect says of itself. */
import { ProviderKind, type ProviderOffer } from "@reef/protocol/provider";
import { dialects } from "@reef/runtimes/loop/provider/dialects/all";

export function providerOffers(): readonly ProviderOffer[] {
  return ProviderKind.options.map((kind) => {
    const { title, baseUrl, needsKey, keyUrl, isLocal } = dialects[kind];
    return { kind, title, baseUrl, needsKey, keyUrl, isLocal };
  });
}
