/**
 * Computes what deaths of messages have in common: the reason without its variable parts. The model, the address and a
 * status stay, so that two providers, or a wrong key and a full quota, are two causes; times, counts and ids are
 * removed.
 */

import { awayCauseOf } from "@reef/protocol/away-words";

const maxLength = 200;

const id =
  /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16,}|(?:req|request|chatcmpl|resp|call|run|gen|msg|ses|trn|bot)[-_][\w-]{6,})$/i;
const time = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?$/;
const amount = /^\d[\d.,:]*(?:ms|s|m|min|h|d|k|kb|mb|gb|%|x|×)?$/i;
const status = /^[45]\d\d$/;

export function causeOf(reason: string | null): string {
  const ofModel = awayCauseOf(reason ?? "");
  if (ofModel !== null) return ofModel.slice(0, maxLength);
  const words = (reason ?? "").slice(0, 2_000).split(/\s+/).filter(Boolean);
  return words.map(withoutDetail).join(" ").slice(0, maxLength) || "unknown";
}

function withoutDetail(word: string): string {
  const [, before = "", core = "", after = ""] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}%]*)$/u.exec(word) ?? [];
  if (status.test(core)) return word;
  return id.test(core) || time.test(core) || amount.test(core) ? `${before}#${after}` : word;
}
