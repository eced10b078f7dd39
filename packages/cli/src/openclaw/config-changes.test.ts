import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChanges, type Change, changesFor, isSame, type JsonObject, undoChanges } from "./config-changes.ts";
import { wantedChanges } from "./wanted.ts";

const joining = {
  pluginPath: "/opt/reef/plugin",
  plugin: { url: "http://127.0.0.1:18900", gatewayId: "gtw_1", tokenFile: "/home/me/.reef/token" },
  bots: 12,
};

function connect(config: JsonObject) {
  const changes = wantedChanges(config, joining).map(({ change }) => change);
  return { changes, connected: applyChanges(config, changes) };
}

const anyConfig = fc.record(
  {
    gateway: fc.constant({ port: 1 }),
    plugins: fc.record(
      {
        load: fc.record({ paths: fc.constantFrom([], ["/other"]) }, { requiredKeys: [] }),
        allow: fc.constantFrom(["canvas"], []),
        entries: fc.record(
          { canvas: fc.constant({ enabled: true }), "reef-home": fc.constant({}) },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
    agents: fc.record({ defaults: fc.constantFrom({}, { maxConcurrent: 4 }, { maxConcurrent: 100 }) }),
    session: fc.constantFrom({}, { maintenance: {} }, { maintenance: { archiveDashboardAfter: "7d" } }),
  },
  { requiredKeys: [] },
);

describe("changes of a configuration", () => {
  it("has what is needed, with a reason for each", () => {
    const { connected } = connect({ gateway: { port: 1 } });
    expect(connected).toEqual({
      gateway: { port: 1 },
      plugins: {
        load: { paths: ["/opt/reef/plugin"] },
        entries: { "reef-home": { enabled: true, hooks: { allowConversationAccess: true }, config: joining.plugin } },
      },
      agents: { defaults: { maxConcurrent: 12 } },
      session: { maintenance: { archiveDashboardAfter: false } },
    });
    expect(wantedChanges({}, joining).every(({ reason }) => reason.length > 20)).toBe(true);
    expect(wantedChanges(connected, joining)).toEqual([]);
  });

  it("never lowers how many may work at once, and joins a list of allowed plugins only where there is one", () => {
    const { connected } = connect({ agents: { defaults: { maxConcurrent: 100 } }, plugins: { allow: ["canvas"] } });
    expect(connected).toMatchObject({
      agents: { defaults: { maxConcurrent: 100 } },
      plugins: { allow: ["canvas", "reef-home"] },
    });
  });

  it("is undone to what was there before, whatever that was", () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        const { changes, connected } = connect(config as JsonObject);
        expect(undoChanges(connected, changes)).toEqual({ config, left: [] });
      }),
    );
  });

  it("is undone beside what others changed since, which stays", () => {
    const { changes, connected } = connect({ plugins: { load: { paths: ["/other"] } } });
    const edited = applyChanges(connected, [
      { kind: "set", path: ["agents", "defaults", "maxConcurrent"], after: 20 },
      { kind: "add", path: ["plugins", "load", "paths"], value: "/third" },
      { kind: "set", path: ["plugins", "entries", "canvas", "enabled"], after: false },
    ]);
    const { config, left } = undoChanges(edited, changes);
    expect(config).toEqual({
      agents: { defaults: { maxConcurrent: 20 } },
      plugins: { load: { paths: ["/other", "/third"] }, entries: { canvas: { enabled: false } } },
    });
    expect(left.map(({ path }) => path.join("."))).toEqual(["agents.defaults.maxConcurrent"]);
  });

  it("does nothing for what somebody took away already", () => {
    const { changes } = connect({});
    expect(undoChanges({ plugins: {} }, changes)).toEqual({ config: { plugins: {} }, left: [] });
  });

  it("takes nothing for a change that is so already, in whatever order its keys stand", () => {
    const set: Change = { kind: "set", path: ["a"], after: { x: 1, y: [2] } };
    expect(changesFor({ a: { y: [2], x: 1 } }, [set])).toEqual([]);
    expect(isSame({ x: 1 }, { x: 1, y: 2 })).toBe(false);
  });
});
