/**
 * Declares a provider's profile: only what differs between the servers of language models. A dialect is a small file
 * that sets what it knows; `chooseProfile` takes the right one for a provider and a model, and puts a person's
 * overrides and what the server's answers taught on top. Every field can be corrected individually, so the profile is
 * flat.
 */
import type { ProviderKind } from "@reef/protocol/provider";

/** The protocol of requests and answers. `chat`: OpenAI's chat completions, and what resembles them. */
export type Wire = "chat" | "responses" | "anthropic";

export interface ProviderProfile {
  readonly kind: ProviderKind;

  // Shown to a person before there is a provider of this kind.
  readonly title: string;
  /** The usual address; null when everyone has their own. */
  readonly baseUrl: string | null;
  readonly needsKey: boolean;
  /** Where to get a key. */
  readonly keyUrl: string | null;
  /** True when it runs on one's own machine. */
  readonly isLocal: boolean;

  readonly wire: Wire;
  /** How the key is sent. */
  readonly auth: "bearer" | "api-key" | "x-api-key";

  // What a call may look like.
  /** Characters of a call's id. `identifier`: letters, digits, `_` and `-`; `any`: every printable character. */
  readonly callIdAlphabet: "alphanumeric" | "identifier" | "any";
  readonly callIdLength: number;
  /** True when an id must have exactly that length. */
  readonly isCallIdLengthExact: boolean;
  /** Longest name of a tool, of letters, digits, `_` and `-`. */
  readonly toolNameLength: number;

  // Which roles may follow which. A system message is always first, and no two messages of a role come in a row.
  /** True when a system message is accepted; if not, it becomes the start of the first message. */
  readonly system: boolean;
  /** True when a person's message may follow a tool's result without an answer between them. */
  readonly userAfterTool: boolean;
  /** What replaces the text of an answer that holds only calls. */
  readonly callsWithoutText: "null" | "empty" | "omit";

  // Which of the model's thoughts go back.
  readonly reasoningBack: "none" | "turn" | "all";
  /** Name of the field it goes back in on the wire `chat`, where the model did not use one of its own. */
  readonly reasoningField: string;
  /** Which of the answers named by `reasoningBack` are refused without it: one of another model gets a placeholder. */
  readonly needsReasoning: "never" | "with-calls" | "always";
  /** True when what the model sent with its calls, such as signatures, goes back with them. */
  readonly signaturesBack: boolean;
  /** Replaces the signature of a call that another model made, where each call must have one. */
  readonly foreignSignature: string | null;

  // Which fields it accepts.
  /** Top-level fields of the request that it refuses. */
  readonly refusedFields: readonly string[];
  readonly outputLimitField: "max_tokens" | "max_completion_tokens";
  /** Sent beside everything else, unchanged. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  /** True when tools are accepted. Null: unknown, so they are sent. */
  readonly tools: boolean | null;
  /** True when a tool without parameters may say so with an empty object. */
  readonly emptyParameters: boolean;

  // Pictures.
  /** Null: unknown, so they are named and not sent. */
  readonly vision: boolean | null;
  /** Media types of pictures that it can read. */
  readonly imageTypes: readonly string[];
  /** Where a tool's picture goes: into its result, or into a message after the results. */
  readonly toolImages: "inside" | "after";

  // The most it accepts, in tokens; null when unknown.
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
}

/** A dialect sets what differs. The rest is as in the careful default. */
export type Dialect = Pick<ProviderProfile, "kind" | "title" | "baseUrl" | "needsKey" | "keyUrl" | "isLocal"> &
  Partial<ProviderProfile> & {
    /** What differs between its models. */
    readonly forModel?: (modelId: string) => ProfileCorrection;
  };

/** A correction of a profile: by a person, by the server's list of models, or by an answer that said what to change. */
export type ProfileCorrection = Partial<
  Omit<ProviderProfile, "kind" | "title" | "baseUrl" | "needsKey" | "keyUrl" | "isLocal">
>;
