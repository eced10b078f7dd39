/**
 * Declares the parts of a strict double of a model server. A double refuses what the real server refuses, in its words
 * and with its status, and answers in its shape. It recognises everything it hands out (ids, signatures).
 */
import type { ProviderKind } from "@reef/protocol/provider";

export type Json = Record<string, unknown>;

export interface Refusal {
  readonly status: number;
  /** A string is sent unchanged. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Tokens {
  readonly input: number;
  /** The part of the input that was cached from an earlier call. */
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
  /** Up to the first word of the text, the model's thoughts included. */
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
  /** For a result. */
  readonly callId: string | null;
  /** The model's thoughts, as the request states them. */
  readonly reasoning: string;
}

/** What a server handed out, and must recognise when it comes back. */
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
  /** The name of its row in the table. */
  readonly name: string;
  readonly kind: ProviderKind;
  /** Id of a model that it serves. */
  readonly model: string;
  /** Appended to the server's address for `baseUrl`. */
  readonly base: string;
  /** The paths of questions. */
  readonly paths: readonly string[];
  /** Its list of models and other answers beside questions: body by path. */
  readonly pages: Readonly<Record<string, unknown>>;
  authorize(asked: Asked): Refusal | null;
  /** Returns the first thing in a request that the real server would refuse. */
  check(asked: Asked): Refusal | null;
  read(body: Json): Received;
  callId(n: number, name: string): string;
  frames(answer: Answer, asked: Asked): Frames;
  /** Returns null when it silently cuts off the start. */
  tooLong(tokens: number, most: number): Refusal | null;
  readonly rateLimit: Refusal | Never;
  readonly noTools: Refusal | Never;
  /** Sent after half of an answer. */
  readonly streamError: string;
  /** Sent while there is nothing else to send. */
  readonly signOfLife: string | null;
  /** Whether this server's models see, and what it says when they do not. */
  readonly images: { readonly sees: boolean };
  readonly reasoning: ReasoningRule | Never;
  /** Whether its count includes what was cached from an earlier call, and the answer's cost. */
  readonly tells: { readonly cached: boolean; readonly cost: boolean };
}

/**
 * How it wants its own thoughts back in the rounds of a turn: refused without, refused with, or read where they come.
 */
export interface ReasoningRule {
  readonly back: "needed" | "refused" | "taken";
}

/** Returns a refusal inside a stream that began normally. */
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

/** Splits a string into pieces, as real servers send arguments. */
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

/** The key that every double requires. */
export const dialectKey = "dialect-key-0123456789";
