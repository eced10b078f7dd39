/**
 * Describes llama.cpp's server. It builds a grammar of all tools and applies the model's own template, which may be
 * strict.
 */
import type { Dialect } from "../profile.ts";

export const llamacpp: Dialect = {
  kind: "llamacpp",
  title: "llama.cpp",
  baseUrl: "http://127.0.0.1:8080/v1",
  needsKey: false,
  keyUrl: null,
  isLocal: true,
  callsWithoutText: "empty",
};
