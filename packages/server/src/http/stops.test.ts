/** Tests stop and resume over HTTP, and that a hold outlives its server. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../testing/serve.ts";

test("TU6: a hold of everything survives a restart; the answer to a message names it, and resuming delivers", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reef-hold-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let id: Awaited<ReturnType<Awaited<ReturnType<typeof serve>>["newSession"]>>["id"];
  {
    await using reef = await serve({ folder });
    ({ id } = await reef.newSession());
    const report = await reef.client.stop({ scope: "all", hold: true, reason: "  too\nmuch " });
    expect(report.held).toMatchObject({ scope: { kind: "everything" }, reason: "too\nmuch", target: null });
    const answer = await reef.request("POST", `/v1/sessions/${id}/messages`, { text: "hello" });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ message: { state: "queued" }, held: { reason: "too\nmuch" } });
  }
  await using reef = await serve({ folder });
  expect((await reef.client.status()).held).toMatchObject([{ scope: { kind: "everything" } }]);
  expect((await reef.client.session(id)).status).toBe("held");
  expect((await reef.client.sessions({ status: "held" })).items.map((session) => session.id)).toEqual([id]);
  const { resumed, held } = await reef.client.resume({ scope: "everything" });
  expect([resumed.length, held]).toEqual([1, []]);
  await expect.poll(async () => (await reef.client.messages({ sessionId: id })).items[0]?.state).toBe("answered");
});

test("SE7: a scope that is none is refused with what was expected, and holds nothing", async () => {
  await using reef = await serve();
  const bad = [
    { scope: "some" },
    { scope: { kind: "bot" } },
    { scope: { kind: "session", id: "bot_1" } },
    { scope: { kind: "everything", id: "x" } },
    { hold: "yes" },
    { reason: "" },
    { reason: "x".repeat(501) },
    { what: 1 },
  ];
  for (const body of bad) expect((await reef.request("POST", "/v1/stop", body)).status).toBe(400);
  const { id } = await reef.newSession();
  const gone = id.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  const answer = await reef.request("POST", "/v1/stop", { scope: { kind: "tree", id: gone }, hold: true });
  expect(answer.status).toBe(404);
  expect((await reef.client.status()).held).toEqual([]);
  expect(await reef.client.stop({ scope: { kind: "session", id } })).toMatchObject({ held: null, cancelled: [] });
});
