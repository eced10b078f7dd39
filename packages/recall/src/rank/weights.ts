/**
 * What each feature counts. Learned by `bench/memory-fit.ts` on conversations: a softmax over the candidates of each
 * question, with a penalty on large weights. They know nothing of any person or topic: no feature does.
 */
import type { RecallKind } from "@reef/engine/port/recall";
import type { FeatureName } from "./features.ts";

export const weightByFeature: Readonly<Record<FeatureName, number>> = {
  words: 1.78,
  coverage: -1.11,
  wordsSquared: -0.33,
  context: 3.41,
  before: -0.26,
  after: -0.02,
  beforeAsks: 2.4,
  around: 0.0,
  conversation: 3.15,
  conversationCoverage: 0.84,
  pairs: 0.79,
  rarest: 0.34,
  length: 0.78,
  asks: -0.44,
  reaction: -0.23,
  timeWanted: 2.28,
  numberWanted: 1.38,
  placeWanted: 2.37,
  reasonWanted: 0.24,
  nameWanted: 0.42,
  preferenceWanted: 0.21,
  speaker: 0.69,
  otherSpeaker: -0.69,
  speakerWords: -0.72,
  self: 0.38,
  other: -0.33,
  nameInText: -0.03,
  inTime: 5.79,
  feedback: 0.39,
  rank: 0.46,
  quote: 2.26,
  greets: 0.45,
};

/** Distilled memories have no neighbours to speak for them, and say in one line what a conversation says in ten. */
export const kindPriors: Readonly<Record<RecallKind, number>> = {
  fact: 1.2,
  note: 1,
  summary: 0.6,
  document: 0.4,
  entry: 0,
};
