/**
 * Tests that a bot's thoughts are shown with their entry, and that what its provider wants back never leaves the
 * server.
 */
import { applyEvent, applyPhase, noLivePhases } from "@reef/client/live-text";
import type { RuntimeStep } from "@reef/engine/port/runtime";
import { createGate } from "@reef/engine/testing/harness";
import { answer } from "@reef/engine/testing/scripted-runtime";
import { expect, test } from "vitest";
import { serve, until } from "../testing/serve.ts";

const secret = "b3BhcXVlLXNpZ25hdHVyZQ";

test("PR1, PR4: reasoning is in the transcript and the events, what is opaque in nothing that leaves; phases come by the socket", async () => {
  const [asked, thinks, writes] = [createGate(), createGate(), createGate()] as const;
  const kept: unknown[] = [];
  await using reef = await serve({
    script: async function* ({ entries }) {
      if (entries.some(({ kind }) => kind === "tool_result")) {
        kept.push(...entries.map(({ opaque }) => opaque));
        yield answer("Coral it is.");
        return;
      }
      yield { type: "phase", phase: "waiting" };
      await asked.opened;
      yield { type: "phase", phase: "thinking" };
      await thinks.opened;
      yield { type: "delta", text: "Let me" };
      await writes.opened;
      const said = answer("Let me look.", { name: "session_list", input: {} }) as Extract<
        RuntimeStep,
        { type: "answer" }
      >;
      const calls = said.calls.map((call) => ({ ...call, opaque: { thoughtSignature: secret } }));
      yield { ...said, calls, reasoning: "It wants a nacre.", opaque: { signature: secret } };
    },
  });
  const frames: string[] = [];
  let phases = noLivePhases;
  const phase = () => [...phases.values()][0]?.phase;
  const socket = reef.connect({
    after: -1,
    onReset: () => undefined,
    onEvent: (event) => {
      frames.push(JSON.stringify(event));
      phases = applyEvent(phases, event);
    },
    onPhase: (frame) => {
      phases = applyPhase(phases, frame);
    },
  });
  await until(() => socket.state === "open");
  const session = await reef.newSession("thinker");
  const { id } = await reef.client.sendMessage(session.id, { text: "go" });
  await until(() => phase() === "waiting");
  asked.open();
  await until(() => phase() === "thinking");
  thinks.open();
  await until(() => phase() === "writing");
  writes.open();
  await until(async () => (await reef.client.message(id)).state === "answered");
  expect(kept).toContainEqual({ signature: secret });
  expect(kept).toContainEqual({ thoughtSignature: secret });
  await until(() => phases.size === 0 && frames.some((frame) => frame.includes("Coral it is.")));

  const { items } = await reef.client.entries(session.id);
  expect(items.find(({ kind }) => kind === "bot")).toMatchObject({
    text: "Let me look.",
    reasoning: "It wants a nacre.",
  });
  expect(frames.join()).toContain("It wants a nacre.");
  const bodies = await Promise.all(
    [
      `/v1/sessions/${session.id}/entries`,
      `/v1/sessions/${session.id}`,
      "/v1/turns",
      "/v1/search?q=look",
      "/v1/messages",
    ].map(async (path) => (await reef.request("GET", path)).text()),
  );
  const stream = await reef.request("GET", "/v1/events?after=0");
  const reader = stream.body?.getReader();
  let events = "";
  while (reader !== undefined && !events.includes("Coral it is.")) {
    events += new TextDecoder().decode((await reader.read()).value);
  }
  await reader?.cancel();
  for (const text of [...frames, ...bodies, events]) expect(text).not.toContain(secret);
  expect(bodies[3]).toContain("Let me look.");
  expect((await reef.request("GET", "/v1/search?q=nacre")).status).toBe(200);
  expect(await (await reef.request("GET", "/v1/search?q=nacre")).text()).not.toContain("It wants");
  socket.close();
});
