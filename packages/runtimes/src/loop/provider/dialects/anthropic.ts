/**
 * Describes Anthropic's Messages API. Thoughts go back with their signatures, and tools' pictures are in their results.
 */
import type { Dialect } from "../profile.ts";

export const anthropic: Dialect = {
  kind: "anthropic",
  title: "Anthropic",
  baseUrl: "https://api.anthropic.com/v1",
  needsKey: true,
  keyUrl: "https://console.anthropic.com/settings/keys",
  isLocal: false,
  wire: "anthropic",
  auth: "x-api-key",
  callIdLength: 64,
  userAfterTool: true,
  vision: true,
  imageTypes: ["image/png", "image/jpeg", "image/webp", "image/gif"],
  toolImages: "inside",
};
