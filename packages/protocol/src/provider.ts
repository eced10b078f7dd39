/**
 * A provider is a server of language models, with the dialect it speaks. `ProviderFields` is what a person can set; the
 * differences between dialects are known to the runtime alone.
 */

import { z } from "zod";
import { ProviderId } from "./ids.ts";
import { isMetadataHost } from "./metadata-address.ts";
import { Problem } from "./problem.ts";
import { SecretName, SecretText } from "./secret.ts";
import { IsoTime } from "./time.ts";

export const ProviderKind = z
  .enum([
    "openai",
    "azure",
    "anthropic",
    "gemini",
    "openrouter",
    "deepseek",
    "moonshot",
    "mistral",
    "groq",
    "xai",
    "ollama",
    "lmstudio",
    "llamacpp",
    "vllm",
    /** Any server that speaks OpenAI's chat completions; its dialect is inferred from its address and its answers. */
    "openai-compatible",
  ])
  .meta({ id: "ProviderKind" });
export type ProviderKind = z.infer<typeof ProviderKind>;

/** US dollars for a million tokens. */
export const ModelPrice = z
  .strictObject({
    input: z.number().min(0).max(1e6),
    output: z.number().min(0).max(1e6),
    /** Input that the provider had cached from an earlier call; the same as `input` if left out. */
    cachedInput: z.number().min(0).max(1e6).optional(),
  })
  .meta({ id: "ModelPrice" });
export type ModelPrice = z.infer<typeof ModelPrice>;

/**
 * A person's corrections of a provider's profile. Omitted fields follow the profile, corrected by the server's answers.
 */
export const ProfileOverrides = z
  .strictObject({
    /** Name of the field that limits an answer. */
    outputLimitField: z.enum(["max_tokens", "max_completion_tokens"]).optional(),
    /** Whether tools are sent at all. */
    tools: z.boolean().optional(),
    /** Whether pictures are sent. */
    vision: z.boolean().optional(),
    /** Which reasoning is sent back: none, that of the running turn, or all. */
    reasoningBack: z.enum(["none", "turn", "all"]).optional(),
    /** The longest id of a tool call, in characters. */
    callIdLength: z.int().min(8).max(256).optional(),
    /** How many tokens its models take. */
    contextTokens: z.int().min(1_000).max(10_000_000).optional(),
    /** The most tokens of one answer, for bots that set none. */
    maxOutputTokens: z.int().min(16).max(1_000_000).optional(),
  })
  .meta({ id: "ProfileOverrides" });
export type ProfileOverrides = z.infer<typeof ProfileOverrides>;

/** The part of a model's name before the slash. */
export const ProviderName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, "expected a name of letters, digits, dots, dashes and underscores");
export type ProviderName = z.infer<typeof ProviderName>;

const patience = (most: number) => z.int().min(1_000).max(most);

/** Where a provider listens. Private addresses are allowed, since models run on one's own machines. */
export const ProviderUrl = z
  .url({ protocol: /^https?$/, error: "expected an http(s) address such as http://127.0.0.1:8000/v1" })
  .max(2_000)
  .refine(
    (url) => !/^[a-z]+:\/\/[^/?#]*@/i.test(url),
    "an address must not contain a user name or a password: store the key as a secret",
  )
  .refine(
    (url) => !/#|\?(?!api-version=[A-Za-z0-9.-]{1,40}$)/.test(url),
    "an address must end before any ? or #, except for Azure's api-version: store the key as a secret",
  )
  .refine(
    (url) => !URL.canParse(url) || !isMetadataHost(new URL(url).hostname),
    "link-local addresses are refused: cloud machines serve their keys there, and no model server does",
  );

const Fields = {
  name: ProviderName,
  kind: ProviderKind,
  /** The base of requests: for most kinds the address before `/chat/completions`. */
  baseUrl: ProviderUrl,
  /** Name of the secret that holds its key. */
  secret: SecretName.nullable(),
  /** How long to wait for the first byte of an answer, in milliseconds (PR4). */
  firstTokenMs: patience(3_600_000),
  /** How long an answer may go quiet, in milliseconds (PR4). */
  betweenTokensMs: patience(3_600_000),
  /** By model id; `*` for all other models. */
  prices: z
    .record(z.string().min(1).max(200), ModelPrice)
    .refine((prices) => Object.keys(prices).length <= 1_000, "expected at most 1,000 prices"),
  overrides: ProfileOverrides,
  enabled: z.boolean(),
};

export const NewProvider = z
  .strictObject({
    ...Fields,
    /** The dialect's own address if left out. */
    baseUrl: Fields.baseUrl.optional(),
    secret: Fields.secret.optional(),
    firstTokenMs: Fields.firstTokenMs.optional(),
    betweenTokensMs: Fields.betweenTokensMs.optional(),
    prices: Fields.prices.optional(),
    overrides: Fields.overrides.optional(),
    enabled: Fields.enabled.optional(),
  })
  .meta({ id: "NewProvider" });
export type NewProvider = z.infer<typeof NewProvider>;

export const ProviderPatch = NewProvider.partial().meta({ id: "ProviderPatch" });
export type ProviderPatch = z.infer<typeof ProviderPatch>;

/** What is stored of a provider. */
export const ProviderRecord = z
  .object({ id: ProviderId, ...Fields, createdAt: IsoTime, updatedAt: IsoTime })
  .meta({ id: "ProviderRecord" });
export type ProviderRecord = z.infer<typeof ProviderRecord>;

/**
 * `stored`: created here, can be changed here. `environment` and `file`: set by the server's settings. `found`: a local
 * server that responds.
 */
export const ProviderSource = z.enum(["stored", "environment", "file", "found"]).meta({ id: "ProviderSource" });
export type ProviderSource = z.infer<typeof ProviderSource>;

export const Provider = z
  .object({
    /** For one that is not stored, its name. */
    id: z.string(),
    ...Fields,
    source: ProviderSource,
    /** Whether it has a key, wherever the key comes from. */
    hasKey: z.boolean(),
    /** What keeps it from being used, in one sentence, such as a key that cannot be decrypted; null if nothing does. */
    problem: z.string().nullable(),
    /** Null for one that is not stored. */
    createdAt: IsoTime.nullable(),
    updatedAt: IsoTime.nullable(),
  })
  .meta({ id: "Provider" });
export type Provider = z.infer<typeof Provider>;

/** Describes a kind of provider to a person who has none of it yet. */
export const ProviderOffer = z
  .object({
    kind: ProviderKind,
    title: z.string(),
    /** Null if every installation has its own. */
    baseUrl: z.string().nullable(),
    needsKey: z.boolean(),
    /** Where to get a key. */
    keyUrl: z.string().nullable(),
    /** True if it runs on one's own machine. */
    isLocal: z.boolean(),
  })
  .meta({ id: "ProviderOffer" });
export type ProviderOffer = z.infer<typeof ProviderOffer>;

/** A local server that responds and is not configured yet. */
export const FoundServer = z
  .object({ kind: ProviderKind, title: z.string(), baseUrl: z.string(), models: z.array(z.string()) })
  .meta({ id: "FoundServer" });
export type FoundServer = z.infer<typeof FoundServer>;

/**
 * Tests a provider with real requests: its address, its models, and one of these for a text, a tool call and a picture.
 * Nothing is stored.
 */
export const ProviderTestRequest = z
  .strictObject({
    /** Id of the model to ask; if left out, one that can chat is chosen. */
    model: z.string().trim().min(1).max(200).optional(),
  })
  .meta({ id: "ProviderTestRequest" });
export type ProviderTestRequest = z.infer<typeof ProviderTestRequest>;

/** A provider that does not exist yet: `key` is used for this test alone and stored nowhere. */
export const NewProviderTest = NewProvider.extend({
  name: Fields.name.optional(),
  /** A key that is not stored yet, instead of `secret`. */
  key: SecretText.optional(),
  model: ProviderTestRequest.shape.model,
}).meta({ id: "NewProviderTest" });
export type NewProviderTest = z.infer<typeof NewProviderTest>;

export const ProviderTestStep = z
  .object({
    what: z.enum(["address", "models", "text", "tool", "image"]),
    /** `no`: it cannot do this, which may be fine. */
    result: z.enum(["ok", "no", "failed", "skipped"]),
    /** A sentence a person understands. */
    text: z.string(),
    durationMs: z.number(),
  })
  .meta({ id: "ProviderTestStep" });
export type ProviderTestStep = z.infer<typeof ProviderTestStep>;

export const ProviderTest = z
  .object({
    /** Whether a bot can work with it. */
    ok: z.boolean(),
    model: z.string().nullable(),
    /**
     * An address that responds where this one does not, such as the same with `/v1`; null if there is none to suggest.
     */
    suggestedBaseUrl: z.string().nullable(),
    steps: z.array(ProviderTestStep),
  })
  .meta({ id: "ProviderTest" });
export type ProviderTest = z.infer<typeof ProviderTest>;

/** One line of a streamed test: a finished step, then the whole test, or what prevented it. */
export const ProviderTestLine = z
  .union([z.object({ step: ProviderTestStep }), z.object({ test: ProviderTest }), z.object({ problem: Problem })])
  .meta({ id: "ProviderTestLine" });
export type ProviderTestLine = z.infer<typeof ProviderTestLine>;
