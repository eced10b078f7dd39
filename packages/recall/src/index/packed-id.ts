/**
 * Packs a memory's id for the index: the sixteen bytes of its number in place of forty letters, which would be stored
 * twice. Ids of another form are stored unchanged.
 */

export type PackedId = string | Buffer;

const prefix = "mem_";
const form = /^mem_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function packId(id: string): PackedId {
  return form.test(id) ? Buffer.from(id.slice(prefix.length).replaceAll("-", ""), "hex") : id;
}

export function unpackId(packed: PackedId): string {
  if (typeof packed === "string") return packed;
  const hex = packed.toString("hex");
  return `${prefix}${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
