/** Declares a model as its provider lists it. Null means that the server does not say. */
import type { ModelAbilities } from "@reef/protocol/model";
import type { ModelPrice } from "@reef/protocol/provider";

export interface ListedModel {
  readonly id: string;
  readonly name: string;
  readonly abilities: ModelAbilities;
  /** The most tokens it can accept. */
  readonly contextTokens: number | null;
  /** Tokens it accepts as currently loaded, if a server runs it with less than it supports. */
  readonly runningTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly price: ModelPrice | null;
  /** True when the server decides at loading how much of `contextTokens` there is. */
  readonly isElastic: boolean;
  /** True when it is in memory already, and answers sooner. */
  readonly isLoaded: boolean;
}

/** Longest list that is kept of one provider, and longest id of a model. */
export const maxListed = 2_000;
export const maxIdLength = 200;

const noAbilities: ModelAbilities = { chat: null, tools: null, vision: null, reasoning: null, embedding: null };

export function listedModel(id: string, known: Partial<Omit<ListedModel, "id">> = {}): ListedModel {
  return {
    id,
    name: id,
    abilities: noAbilities,
    contextTokens: null,
    runningTokens: null,
    maxOutputTokens: null,
    price: null,
    isElastic: false,
    isLoaded: false,
    ...known,
  };
}

/**
 * Why a list could not be read. `unreachable`: nothing answers. `website`: HTML. `refused`: it wants another key.
 * `missing`: there is nothing at the address. `answer`: it answers something else.
 */
export type ListFailureKind = "unreachable" | "website" | "refused" | "missing" | "answer";

/** Its message is one sentence for people, without a secret. */
export class ListFailure extends Error {
  readonly kind: ListFailureKind;

  constructor(kind: ListFailureKind, message: string) {
    super(message);
    this.name = "ListFailure";
    this.kind = kind;
  }
}
