/**
 * What each feature counts. Learned by `bench/memory-fit.ts` on conversations: a softmax over the candidates of each
 * question, with a penalty on large weights. They know nothing of any person or topic: no feature does.
 */
import type { RecallKind } from "@reef/engine/port/recall";
import type { FeatureName } from "./features.ts";

export const weightByFeature: Readonly<Record<FeatureName, number>> = {
  words: 0.56,
  firstByWords: 0.72,
  coverage: 0.6,
  coverageNear: 3.12,
  coverageAround: 2.06,
  rarest: 0.46,
  pairs: 0.71,
  before: -1.08,
  after: -1.12,
  around: 2.11,
  answers: 2.17,
  afterAsking: 0.2,
  related: 2.76,
  relatedNear: 2.14,
  relatedConversation: 4.54,
  conversation: 2.38,
  conversationCoverage: 0.7,
  speaker: 0.61,
  otherSpeaker: -0.62,
  speakerWords: -0.6,
  namesMissing: -0.36,
  inTime: 7.32,
  weekAfter: 3.61,
  monthAfter: 2.38,
  length: -1.6,
  short: 0.53,
  informative: 2.01,
  asks: -0.55,
  reaction: -0.26,
  greets: 0.2,
  opens: 0.76,
  closes: 0.45,
  aboutSelf: 0.32,
  aboutOther: -0.25,
  tellsTime: 2.42,
  tellsNumber: 1.28,
  tellsPlace: 2.68,
  tellsName: 0.65,
  quotes: 2.62,
  listWords: 1.04,
  listNear: -2.1,
  listConversation: -1.15,
  listSpeaker: 1.09,
  timeConversation: 0.44,
};

/** Distilled memories have no neighbours to speak for them, and say in one line what a conversation says in ten. */
export const kindPriors: Readonly<Record<RecallKind, number>> = {
  fact: 1.2,
  note: 1,
  summary: 0.6,
  document: 0.4,
  entry: 0,
};
