/**
 * What a strict double of a model server is made of. A double refuses what the real server refuses, in its words and
 * with its status, and answers in its shape. Everything it hands out (ids, signatures) it knows again.
 */
import type { ProviderKind } from "@reef/protocol/provider";

export type Json = Record<string, unknown>;

export interface Refusal {
  readonly status: number;
  /** A string is sent as it is. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Tokens {
  readonly input: number;
  /** Of the input, what was kept from an earlier call. */
  readonly cached: number;
  readonly output: number;
  readonly costUsd?: number;
}

export interface AnswerCall {
  readonly callId: string;
  readonly name: string;
  readonly input: Json;
}

export interface Answer {
  /** 1, 2, 3 … in the order of requests. */
  readonly n: number;
  readonly id: string;
  readonly model: string;
  readonly pieces: readonly string[];
  readonly reasoning: string;
  readonly calls: readonly AnswerCall[];
  readonly tokens: Tokens;
}

export interface Frames {
  /** Up to the first word of the text, what the model thought included. */
  readonly head: readonly string[];
  readonly text: readonly string[];
  readonly tail: readonly string[];
}

/** The conversation of a request, the same for every protocol. */
export interface Received {
  readonly messages: readonly ReceivedMessage[];
  readonly tools: readonly string[];
  /** Pictures, in base64. */
  readonly images: readonly string[];
}

export interface ReceivedMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
  readonly calls: readonly { readonly callId: string; readonly name: string }[];
  /** Of a result. */
  readonly callId: string | null;
  /** What the model is said to have thought. */
  readonly reasoning: string;
}

/** What a server handed out, and must know again when it comes back. */
export type Minted = Map<string, unknown>;

export interface Asked {
  readonly body: Json;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly minted: Minted;
  readonly vision: boolean;
}

/** Why a server of this dialect never does a thing. */
export interface Never {
  readonly never: string;
}

export interface Dialect {
  /** Of its row in the table. */
  readonly name: string;
  readonly kind: ProviderKind;
  /** Id of a model that it serves. */
  readonly model: string;
  /** Put after the server's address for `baseUrl`. */
  readonly base: string;
  /** Where it takes questions. */
  readonly paths: readonly string[];
  /** Of its list of models, and what else it is asked beside questions: body by path. */
  readonly pages: Readonly<Record<string, unknown>>;
  authorize(asked: Asked): Refusal | null;
  /** The first thing of a request that the real server would refuse. */
  check(asked: Asked): Refusal | null;
  read(body: Json): Received;
  callId(n: number, name: string): string;
  frames(answer: Answer, asked: Asked): Frames;
  /** Null: it cuts the start off and says nothing. */
  tooLong(tokens: number, most: number): Refusal | null;
  readonly rateLimit: Refusal | Never;
  readonly noTools: Refusal | Never;
  /** Sent after half of an answer. */
  readonly streamError: string;
  /** Sent while nothing else is to be said. */
  readonly signOfLife: string | null;
  /** Whether this server's models see, and what it says when they do not. */
  readonly images: { readonly sees: boolean };
  readonly reasoning: ReasoningRule | Never;
  /** Whether its count says what was kept from an earlier call, and what the answer cost. */
  readonly tells: { readonly cached: boolean; readonly cost: boolean };
}

/** How it wants its own thoughts back in the rounds of a turn: refused without, refused with, or read where they come. */
export interface ReasoningRule {
  readonly back: "needed" | "refused" | "taken";
}

/** A refusal that comes inside a stream which began as if all were well. */
export function inStream(...frames: readonly string[]): Refusal {
  return { status: 200, body: frames.join(""), headers: { "content-type": "text/event-stream" } };
}

export function isNever(value: object): value is Never {
  return "never" in value;
}

export const object = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const sse = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
export const namedSse = (value: Json): string => `event: ${text(value.type)}\n${sse(value)}`;

/** A string in pieces, as real servers send arguments. */
export function fragments(value: string, count = 3): string[] {
  const size = Math.max(1, Math.ceil(value.length / count));
  return value.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [""];
}

export function firstUnknown(value: Json, known: readonly string[]): string | null {
  return Object.keys(value).find((key) => value[key] !== undefined && !known.includes(key)) ?? null;
}

export function bearerOnly(refusal: Refusal) {
  return ({ headers }: Asked): Refusal | null => (headers.authorization === `Bearer ${dialectKey}` ? null : refusal);
}

/** The key that every double wants. */
export const dialectKey = "dialect-key-0123456789";
