import { expect, test } from "vitest";
import { GatewayError } from "../connection.ts";
import { createRoster } from "./roster.ts";

const invalid = (what: string) =>
  new GatewayError("refused", `sessions.list: unexpected property '${what}'`, { gatewayCode: "INVALID_REQUEST" });

/** Returns a roster over a gateway that answers by method; an exception is its refusal. */
function rosterOver(answer: (method: string, params: Readonly<Record<string, unknown>>) => unknown) {
  return createRoster({
    request: async (method: string, params: object) => answer(method, params as Readonly<Record<string, unknown>>),
  } as Parameters<typeof createRoster>[0]);
}

test("the sessions of a release that knows no pages are listed all the same", async () => {
  const roster = rosterOver((method, params) => {
    if (method === "agents.list") return { defaultId: "main", agents: [{ id: "main" }] };
    if ("offset" in params) throw invalid("offset");
    return { sessions: [{ key: "agent:main:main", updatedAt: 1 }], hasMore: false };
  });
  await roster.load(AbortSignal.timeout(1_000));
  expect(roster.sessions().map(({ key }) => key)).toEqual(["agent:main:main"]);
});

test("a refusal on a later page, or for another reason, is a failure of the list", async () => {
  const later = rosterOver((method, params) => {
    if (method === "agents.list") return { agents: [] };
    if (params.offset !== 0) throw invalid("offset");
    return { sessions: [{ key: "agent:main:main" }], hasMore: true, nextOffset: 1 };
  });
  await expect(later.load(AbortSignal.timeout(1_000))).rejects.toMatchObject({ gatewayCode: "INVALID_REQUEST" });
  const forbidden = rosterOver(() => {
    throw new GatewayError("refused", "no", { gatewayCode: "FORBIDDEN" });
  });
  await expect(forbidden.load(AbortSignal.timeout(1_000))).rejects.toMatchObject({ gatewayCode: "FORBIDDEN" });
});
