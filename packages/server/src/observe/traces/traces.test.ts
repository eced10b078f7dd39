/** Tests what a collector gets of turns, and that none of its faults reaches a turn: it refuses, hangs, drips, is away. */
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openModelStore } from "@reef/engine/model/store";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import type { Script } from "@reef/engine/testing/scripted-runtime";
import { answer } from "@reef/engine/testing/scripted-runtime";
import type { Event } from "@reef/protocol/event";
import { describe, expect, it } from "vitest";
import { serve, until } from "../../testing/serve.ts";
import { openTraces } from "./traces.ts";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly spans: readonly Span[];
  readonly bodies: readonly string[];
  readonly asked: number;
}

const takes: Answer = (_request, response) =>
  void response.writeHead(200, { "content-type": "application/json" }).end("{}");

async function startCollector(reply: Answer = takes): Promise<Collector> {
  const bodies: string[] = [];
  let asked = 0;
  const server: HttpServer = createServer(async (request, response) => {
    asked += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    bodies.push(Buffer.concat(chunks).toString("utf8"));
    reply(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get spans() {
      return bodies.flatMap((body) =>
        JSON.parse(body).resourceSpans.flatMap((each: { scopeSpans: { spans: Span[] }[] }) =>
          each.scopeSpans.flatMap(({ spans }) => spans),
        ),
      );
    },
    bodies,
    get asked() {
      return asked;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const settingsFor = (url: string, more: Record<string, string> = {}) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_BSP_SCHEDULE_DELAY: "10",
  ...more,
});

function attributesOf({ attributes }: Span): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** The first session sends the second one a secret. */
const twoBots: Script = ({ entries, session }) => {
  if (session.title !== "first" || entries.some(({ kind }) => kind === "tool_result")) return [answer("the secret")];
  return [answer("", { callId: "c1", name: "session_send", input: { to: "second", text: "the secret" } })];
};

describe("traces of turns", () => {
  it("a turn is an agent's span with its model calls and tools; a chain is one trace; no text leaves", async () => {
    await using collector = await startCollector();
    await using reef = await serve({ script: twoBots, environment: settingsFor(collector.url) });
    const [first, second] = [await reef.newSession("first"), await reef.newSession("second")];
    await reef.client.sendMessage(first.id, { text: "please tell the secret" });
    await until(() => collector.spans.filter(({ name }) => name.startsWith("invoke_agent")).length >= 2);
    const { spans } = collector;
    const agents = spans.filter(({ name }) => name.startsWith("invoke_agent"));
    const of = (session: { readonly id: string }) =>
      agents.find((span) => attributesOf(span)["gen_ai.conversation.id"] === session.id);
    const [above, below] = [of(first), of(second)];
    expect(above?.parentSpanId).toBeUndefined();
    expect(below?.parentSpanId).toBe(above?.spanId);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const ofAbove = spans.filter(({ parentSpanId }) => parentSpanId === above?.spanId && parentSpanId !== undefined);
    expect(ofAbove.map(({ name }) => name).toSorted()).toEqual(
      expect.arrayContaining(["chat", "execute_tool session_send"]),
    );
    const tool = spans.find(({ name }) => name === "execute_tool session_send");
    expect(tool && attributesOf(tool)).toMatchObject({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "session_send",
      "gen_ai.tool.call.id": "c1",
    });
    expect(above && attributesOf(above)).toMatchObject({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "first",
      "gen_ai.agent.id": first.botId,
    });
    for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
    }
    expect(collector.bodies.join("")).not.toContain("secret");
    expect(collector.bodies[0]).toContain('"service.name"');
  });

  it("texts, arguments and results are sent only where that was asked for", async () => {
    await using collector = await startCollector();
    const environment = settingsFor(collector.url, { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true" });
    await using reef = await serve({ script: twoBots, environment });
    const first = await reef.newSession("first");
    await reef.newSession("second");
    await reef.client.sendMessage(first.id, { text: "please tell the secret" });
    await until(() => collector.spans.some(({ name }) => name === "execute_tool session_send"));
    const tool = collector.spans.find(({ name }) => name === "execute_tool session_send");
    expect(tool && attributesOf(tool)["gen_ai.tool.call.arguments"]).toContain("the secret");
  });

  it("a turn that was stopped while it waited is sent, too", async () => {
    await using collector = await startCollector();
    const script: Script = () => [answer("", { callId: "c", name: "ask_person", input: { question: "which?" } })];
    await using reef = await serve({ script, environment: settingsFor(collector.url) });
    const session = await reef.newSession("asks");
    await reef.client.sendMessage(session.id, { text: "go" });
    await until(async () => (await reef.client.session(session.id)).status === "needs_you");
    await until(async () => (await reef.client.status()).running === 0);
    await reef.client.cancelSession(session.id);
    await until(() => collector.spans.some((span) => attributesOf(span)["reef.turn.state"] === "cancelled"));
  });

  it("turns that end faster than they can be read are dropped, not kept without bound", async () => {
    const clock = createManualClock();
    const inner = openModelStore({ clock });
    const traces = openTraces({
      settings: { url: "http://127.0.0.1:9/v1/traces", serviceName: null, hasContent: false },
      clock,
      log: { info: () => undefined, warn: () => undefined },
      version: "0",
      instanceId: "one",
      closeMs: 0,
    });
    const at = new Date(0).toISOString();
    const ended = { type: "turn.changed", seq: 1, at, turn: { id: "trn_1", endedAt: at } } as unknown as Event;
    const store = traces.observeStore({
      ...inner,
      read: { ...inner.read, turn: () => new Promise(() => undefined) },
      commit: async () => ({ seq: 1, events: Array<Event>(300).fill(ended), existing: [], known: [] }),
    });
    for (let number = 0; number < 10; number += 1) await store.commit({ at, ops: [] });
    expect(traces.dropped).toBeGreaterThanOrEqual(2_499);
    await traces[Symbol.asyncDispose]();
  });

  const faults: readonly (readonly [string, Answer])[] = [
    ["refuses everything", (_request, response) => void response.writeHead(400).end("no")],
    ["is overloaded", (_request, response) => void response.writeHead(503, { "retry-after": "3600" }).end()],
    ["never answers", () => undefined],
    ["breaks off", (request) => void request.socket.destroy()],
    ["answers garbage", (_request, response) => void response.end("\u0000<html>".repeat(1_000))],
  ];

  it.each(faults)("a collector that %s delays no turn and no stop", async (_name, reply) => {
    await using collector = await startCollector(reply);
    const sent: string[] = [];
    {
      await using reef = await serve({ environment: settingsFor(collector.url) });
      const session = await reef.newSession("busy");
      for (let number = 0; number < 20; number += 1) {
        const { id } = await reef.client.sendMessage(session.id, { text: `message ${number}` });
        await until(async () => (await reef.client.message(id)).state === "answered");
        sent.push(id);
      }
      await until(() => collector.asked > 0);
    }
    expect(sent).toHaveLength(20);
  });

  it("an address where nothing listens, and one that is none, delay nothing", async () => {
    for (const url of ["http://127.0.0.1:9", "nonsense"]) {
      await using reef = await serve({ environment: settingsFor(url) });
      const session = await reef.newSession("busy");
      const { id } = await reef.client.sendMessage(session.id, { text: "hello" });
      await until(async () => (await reef.client.message(id)).state === "answered");
    }
  });
});
