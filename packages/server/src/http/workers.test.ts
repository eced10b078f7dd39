/** Tests the endpoints of the fleet. */
import { Worker, WorkerList } from "@reef/protocol/worker";
import { expect, it } from "vitest";
import { serve, until } from "../testing/serve.ts";
import { version } from "../version.ts";

it("lists the one worker with its process, its load and what it does for the fleet", async () => {
  await using reef = await serve();
  await until(async () => (await reef.client.workers()).items[0]?.leases.includes("schedules") === true);
  const list = WorkerList.parse(await (await reef.request("GET", "/v1/workers")).json());
  expect(list).toMatchObject({
    items: [{ id: list.current, state: "running", drained: false, pid: process.pid, version, claims: 0 }],
    next: null,
  });
  expect(list.items[0]?.load.memoryBytes).toBeGreaterThan(1_000_000);
});

it("FL4: a drained worker is not ready and takes no turn, until it is resumed", async () => {
  await using reef = await serve();
  await until(async () => (await reef.client.workers()).items.length === 1);
  const { current } = await reef.client.workers();
  expect((await reef.request("GET", "/readyz")).status).toBe(200);
  expect(Worker.parse(await (await reef.request("POST", `/v1/workers/${current}/drain`)).json()).state).toBe(
    "draining",
  );
  await until(async () => (await reef.client.workers()).items[0]?.drained === true);
  const notReady = await reef.request("GET", "/readyz");
  expect(notReady.status).toBe(503);
  expect(await notReady.text()).toContain("drained");
  expect((await reef.request("GET", "/healthz")).status).toBe(200);
  const session = await reef.newSession();
  const message = await reef.client.sendMessage(session.id, { text: "hello" });
  expect((await reef.client.drainWorker(current)).drained).toBe(true);
  expect((await reef.client.message(message.id)).state).toBe("queued");
  expect((await reef.client.resumeWorker(current)).state).toBe("running");
  await until(async () => (await reef.client.message(message.id)).state === "answered");
  await until(async () => (await reef.request("GET", "/readyz")).status === 200);
});

it("refuses to drain a worker that does not exist, or is gone", async () => {
  await using first = await serve();
  await until(async () => (await first.client.workers()).items.length === 1);
  const unknown = await first.request("POST", "/v1/workers/wrk_01a22c7d-2f86-7636-9408-9c136b8ad485/drain");
  expect(unknown.status).toBe(404);
  expect((await first.request("POST", "/v1/workers/nonsense/drain")).status).toBe(404);
  const { current } = await first.client.workers();
  await first.server.engine.fleet[Symbol.asyncDispose]();
  expect((await first.client.workers()).items).toMatchObject([{ id: current, state: "gone" }]);
  expect((await first.request("POST", `/v1/workers/${current}/drain`)).status).toBe(409);
});
