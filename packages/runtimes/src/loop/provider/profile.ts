/**
 * A provider's profile: only what differs between the servers of language models. A dialect is a small file that sets
 * what it knows; `chooseProfile` takes the right one for a provider and a model, and puts on top of it what a person
 * overrides and what the server's answers taught. Every field can be corrected by itself, so the profile is flat.
 */
import type { ProviderKind } from "@reef/protocol/provider";

/** The protocol of requests and answers. `chat`: OpenAI's chat completions, and what resembles them. */
export type Wire = "chat" | "responses" | "anthropic";

export interface ProviderProfile {
  readonly kind: ProviderKind;

  // What a person is told before there is a provider of this kind.
  readonly title: string;
  /** Where it listens; null where everybody has their own. */
  readonly baseUrl: string | null;
  readonly needsKey: boolean;
  /** Where a key is to be had. */
  readonly keyUrl: string | null;
  /** Runs on one's own machine. */
  readonly isLocal: boolean;

  readonly wire: Wire;
  /** How the key is sent. */
  readonly auth: "bearer" | "api-key" | "x-api-key";

  // What a call may look like.
  /** Characters of a call's id. `identifier`: letters, digits, `_` and `-`; `any`: whatever can be printed. */
  readonly callIdAlphabet: "alphanumeric" | "identifier" | "any";
  readonly callIdLength: number;
  /** Whether an id has to have just that length. */
  readonly isCallIdLengthExact: boolean;
  /** Longest name of a tool, of letters, digits, `_` and `-`. */
  readonly toolNameLength: number;

  // Which roles may follow which. A system message stands first in any case, and no two messages of a role in a row.
  /** Whether a system message is taken at all; where not, it becomes the start of the first message. */
  readonly system: boolean;
  /** Whether a person's message may follow a tool's result without an answer between them. */
  readonly userAfterTool: boolean;
  /** What stands for the text of an answer that holds only calls. */
  readonly callsWithoutText: "null" | "empty" | "omit";

  // What goes back of what the model thought.
  readonly reasoningBack: "none" | "turn" | "all";
  /** Name of the field it goes back in on the wire `chat`, where the model did not use one of its own. */
  readonly reasoningField: string;
  /** Which answers are refused without it, of those that `reasoningBack` names: one of another model gets a placeholder. */
  readonly needsReasoning: "never" | "with-calls" | "always";
  /** Whether what the model gave with its calls, such as signatures, goes back with them. */
  readonly signaturesBack: boolean;
  /** Stands for the signature of a call that another model made, where each call must carry one. */
  readonly foreignSignature: string | null;

  // Which fields it takes.
  /** Fields of the request's top level that it refuses. */
  readonly refusedFields: readonly string[];
  readonly outputLimitField: "max_tokens" | "max_completion_tokens";
  /** Sent beside everything else, as it stands. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  /** Whether tools are taken. Null: nobody knows, so they are sent. */
  readonly tools: boolean | null;
  /** Whether a tool without parameters may say so with an empty object. */
  readonly emptyParameters: boolean;

  // Pictures.
  /** Null: nobody knows, so they are named and not sent. */
  readonly vision: boolean | null;
  /** Media types of pictures that it can read. */
  readonly imageTypes: readonly string[];
  /** Where a picture that a tool returned goes: into its result, or into a message after the results. */
  readonly toolImages: "inside" | "after";

  // What it takes at most, in tokens; null where nobody knows.
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
}

/** A dialect sets what it differs in. The rest is as in the careful default. */
export type Dialect = Pick<ProviderProfile, "kind" | "title" | "baseUrl" | "needsKey" | "keyUrl" | "isLocal"> &
  Partial<ProviderProfile> & {
    /** What differs between its models. */
    readonly forModel?: (modelId: string) => ProfileCorrection;
  };

/** A correction of a profile: by a person, by the server's list of models, or by an answer that said how to go on. */
export type ProfileCorrection = Partial<
  Omit<ProviderProfile, "kind" | "title" | "baseUrl" | "needsKey" | "keyUrl" | "isLocal">
>;
