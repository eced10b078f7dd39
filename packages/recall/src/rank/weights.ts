/**
 * Holds each feature's weight. Learned by `bench/memory-fit.ts` on conversations: a softmax over the candidates of each
 * question, with a penalty on large weights. They know nothing of any person or topic, because no feature does.
 */
import type { RecallKind } from "@reef/engine/port/recall";
import type { FeatureName } from "./features.ts";

export const weightByFeature: Readonly<Record<FeatureName, number>> = {
  words: 0.77,
  firstByWords: 0.81,
  coverage: 0.25,
  coverageNear: 2.82,
  coverageAround: 2.28,
  rarest: 0.5,
  pairs: 0.85,
  before: -1.02,
  after: -1.11,
  around: 2.24,
  answers: 2.12,
  afterAsking: 0.17,
  related: 2.49,
  relatedNear: 2.17,
  relatedConversation: 3.74,
  conversation: 2.4,
  conversationCoverage: 0.2,
  speaker: 0.67,
  otherSpeaker: -0.65,
  speakerWords: -0.73,
  namesMissing: -0.16,
  inTime: 7.18,
  weekAfter: 3.81,
  monthAfter: 2.34,
  length: -1.69,
  short: 0.52,
  informative: 2.34,
  asks: -0.55,
  reaction: -0.26,
  greets: 0.22,
  opens: 0.79,
  closes: 0.33,
  aboutSelf: 0.36,
  aboutOther: -0.25,
  tellsTime: 2.4,
  tellsNumber: 1.28,
  tellsPlace: 2.86,
  tellsName: 0.62,
  quotes: 2.53,
  listWords: 1.12,
  listNear: -2.18,
  listConversation: -1.04,
  listSpeaker: 1.07,
  timeConversation: 0.61,
};

/** Distilled memories have no neighbours to support them, and say in one line what a conversation says in ten. */
export const kindPriors: Readonly<Record<RecallKind, number>> = {
  fact: 2,
  note: 1.6,
  summary: 1,
  document: 0.6,
  entry: 0,
};
