/** Describes LM Studio. It refuses null in place of a text, and its models' templates are strict. */
import type { Dialect } from "../profile.ts";

export const lmstudio: Dialect = {
  kind: "lmstudio",
  title: "LM Studio",
  baseUrl: "http://127.0.0.1:1234/v1",
  needsKey: false,
  keyUrl: null,
  isLocal: true,
  callsWithoutText: "empty",
};
