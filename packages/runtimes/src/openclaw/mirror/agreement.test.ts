import { describe, expect, it } from "vitest";
import { type Agreement, type Comparison, compare, type Here, type Standing } from "./agreement.ts";

const there: Standing = { title: "Quay", pinned: false, archived: false, unread: false };
const here: Here = { ...there, title: "Quay", lastSeq: 4 };
const agreed: Agreement = { here, there };
const base: Comparison = { agreed, here, there, later: "there", isOwn: false, isSetThere: false };
const nothing = { toHere: {}, toThere: {} };

describe("what is carried between a gateway and Reef", () => {
  it("nothing where nobody changed anything, also when the two do not say the same", () => {
    expect(compare(base)).toEqual(nothing);
    // A label that had to get a suffix.
    const apart = { ...there, title: "Quay · 1a2b3c" };
    expect(compare({ ...base, agreed: { here, there: apart }, there: apart })).toEqual(nothing);
  });

  it.each([
    ["title", "Pier"],
    ["pinned", true],
    ["archived", true],
  ])("a change of %s goes from where it was made to where it was not", (field, value) => {
    const changed = { [field]: value };
    expect(compare({ ...base, here: { ...here, ...changed } })).toEqual({ toHere: {}, toThere: changed });
    expect(compare({ ...base, there: { ...there, ...changed } })).toEqual({ toHere: changed, toThere: {} });
    const same = { here: { ...here, ...changed }, there: { ...there, ...changed } };
    expect(compare({ ...base, ...same })).toEqual(nothing);
  });

  it("where both changed, the later one wins", () => {
    const both = { here: { ...here, title: "Pier" }, there: { ...there, title: "Dock" } };
    expect(compare({ ...base, ...both, later: "there" })).toEqual({ toHere: { title: "Dock" }, toThere: {} });
    expect(compare({ ...base, ...both, later: "here" })).toEqual({ toHere: {}, toThere: { title: "Pier" } });
  });

  it("a label that was taken away is no name", () => {
    expect(compare({ ...base, there: { ...there, title: null } })).toEqual(nothing);
  });

  it("read on one side is read on the other; what is marked unread too, and what is unread by itself is not", () => {
    const unread = { here: { ...here, unread: true }, there: { ...there, unread: true } };
    expect(compare({ ...base, agreed: unread, ...unread, here })).toEqual({ toHere: {}, toThere: { unread: false } });
    expect(compare({ ...base, agreed: unread, ...unread, there })).toEqual({ toHere: { unread: false }, toThere: {} });
    // An answer came.
    const answered = { ...here, unread: true, lastSeq: 6 };
    expect(compare({ ...base, here: answered })).toEqual(nothing);
    expect(compare({ ...base, there: unread.there })).toEqual(nothing);
    // Someone marked it.
    expect(compare({ ...base, here: unread.here })).toEqual({ toHere: {}, toThere: { unread: true } });
    expect(compare({ ...base, there: unread.there, isSetThere: true })).toEqual({
      toHere: { unread: true },
      toThere: {},
    });
  });

  it("at first sight only what earlier releases left behind is tidied there", () => {
    const first = { ...base, agreed: null, there: { ...there, pinned: true, unread: true } };
    expect(compare(first)).toEqual({ toHere: {}, toThere: { unread: false } });
    expect(compare({ ...first, isOwn: true })).toEqual({ toHere: {}, toThere: { unread: false, pinned: false } });
    const renamed = { ...base, agreed: null, isOwn: true, here: { ...here, title: "Pier" } };
    expect(compare(renamed)).toEqual({ toHere: {}, toThere: { title: "Pier" } });
  });
});
