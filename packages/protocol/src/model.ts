/** Defines a model of a configured provider, and its abilities as far as its server reports them. */
import { z } from "zod";
import { ModelPrice, ProviderKind } from "./provider.ts";

/** Null if unknown. */
export const ModelAbilities = z
  .object({
    chat: z.boolean().nullable(),
    tools: z.boolean().nullable(),
    vision: z.boolean().nullable(),
    reasoning: z.boolean().nullable(),
    embedding: z.boolean().nullable(),
  })
  .meta({ id: "ModelAbilities" });
export type ModelAbilities = z.infer<typeof ModelAbilities>;

export const Model = z
  .object({
    /** `provider/model`, as a bot's `model` takes it. */
    id: z.string(),
    provider: z.string(),
    kind: ProviderKind,
    /** Its id at the provider. */
    model: z.string(),
    name: z.string(),
    abilities: ModelAbilities,
    /** How many tokens it takes, as its server says; null if it does not. */
    contextTokens: z.int().nullable(),
    maxOutputTokens: z.int().nullable(),
    /** Null if unknown. */
    price: ModelPrice.nullable(),
    /** Where the price comes from: a person in the settings, or the provider's own list. */
    priceSource: z.enum(["settings", "provider"]).nullable(),
  })
  .meta({ id: "Model" });
export type Model = z.infer<typeof Model>;

export const ModelList = z
  .object({
    items: z.array(Model),
    next: z.null(),
    /** Providers that could not be asked. */
    problems: z.array(z.object({ provider: z.string(), reason: z.string() })),
  })
  .meta({ id: "ModelList" });
export type ModelList = z.infer<typeof ModelList>;

export const ModelAbility = z.enum(["chat", "tools", "vision", "reasoning", "embedding"]);
export type ModelAbility = z.infer<typeof ModelAbility>;

export const ModelFilter = z.object({
  /** Name of a provider. */
  provider: z.string().max(100).optional(),
  /** Selects models known to have this ability. */
  ability: ModelAbility.optional(),
  /** Words of its id or name. */
  q: z.string().max(200).optional(),
  /** True to ask the providers again, even if they were asked in the last minutes. */
  refresh: z.boolean().optional(),
});
export type ModelFilter = z.infer<typeof ModelFilter>;

/** `provider/model` for each use; null for the server's settings, or none. */
export const ModelDefaults = z
  .object({
    /** For bots that name none. */
    chat: z.string().nullable(),
    /** Consolidates conversations into memories; null for the bot's own model. */
    consolidation: z.string().nullable(),
    /** Gives memories their vectors. */
    embedding: z.string().nullable(),
    /** Answers messages with pictures if the bot's model sees none. */
    vision: z.string().nullable(),
    /** Answers while a bot's own model is down or its limits are far off, unless the bot names another. */
    fallback: z.string().nullable(),
  })
  .meta({ id: "ModelDefaults" });
export type ModelDefaults = z.infer<typeof ModelDefaults>;

const name = z.string().trim().min(1).max(260).nullable().optional();
export const ModelDefaultsPatch = z
  .strictObject({ chat: name, consolidation: name, embedding: name, vision: name, fallback: name })
  .meta({ id: "ModelDefaultsPatch" });
export type ModelDefaultsPatch = z.infer<typeof ModelDefaultsPatch>;

/**
 * Says which model does the work now, and who chose it: `person` here, `environment` or `file` by the server's
 * settings, `automatic` because no one did and a provider offers it.
 */
export const ModelInUse = z
  .object({ model: z.string(), source: z.enum(["person", "environment", "file", "automatic"]) })
  .meta({ id: "ModelInUse" });
export type ModelInUse = z.infer<typeof ModelInUse>;

/** Shows what people chose beside what is in use. People's choices override the server's settings. */
export const ModelDefaultsInUse = ModelDefaults.extend({
  inUse: z.object({
    chat: ModelInUse.nullable(),
    /** Null for each bot's own model. */
    consolidation: ModelInUse.nullable(),
    /** Null if memories are found by their words alone. */
    embedding: ModelInUse.nullable(),
    vision: ModelInUse.nullable(),
    /** Null if turns wait for their model. */
    fallback: ModelInUse.nullable(),
  }),
}).meta({ id: "ModelDefaultsInUse" });
export type ModelDefaultsInUse = z.infer<typeof ModelDefaultsInUse>;
