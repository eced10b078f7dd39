import { expect, test } from "vitest";
import { openBotIndex } from "./bot-index.ts";
import { packId, unpackId } from "./packed-id.ts";

test("an id comes back as it was given", () => {
  const ids = ["mem_01a2061d-cc59-715e-bce1-09e99ad0dc5f", "MEM_01a2061d-cc59-715e-bce1-09e99ad0dc5f", "line 7", ""];
  expect(ids.map((id) => unpackId(packId(id)))).toEqual(ids);
  expect(ids.map((id) => typeof packId(id))).toEqual(["object", "string", "string", "string"]);
});

test("a packed id names its row when it is changed and dropped", () => {
  using index = openBotIndex(":memory:");
  const id = "mem_01a2061d-cc59-715e-bce1-09e99ad0dc5f";
  const put = (text: string) => ({ type: "put" as const, row: { id, kind: "fact" as const, text } });
  index.apply({ after: 0, through: 1, changes: [put("a red boat")] });
  expect(index.apply({ after: 1, through: 2, changes: [put("a blue boat")] }).rows).toBe(1);
  expect(index.apply({ after: 2, through: 3, changes: [{ type: "drop", id }] }).rows).toBe(0);
});
