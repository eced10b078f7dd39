/**
 * Measures bot to bot: from the sender's model finishing the call to `session_send` to the receiver's model being
 * called.
 */
import type { ModelRequest } from "@reef/runtimes/testing/model-script";
import { call, say } from "@reef/runtimes/testing/model-script";
import { timeDurableWrites } from "./disk.ts";
import { startBench } from "./reef.ts";
import type { BenchReport } from "./report.ts";
import { percentile } from "./report.ts";

const handoffs = 200;
const warmUp = 20;

export async function benchHandoff(): Promise<BenchReport> {
  await using bench = await startBench({ script: sendOn });
  const { client } = bench;
  const sender = await client.createBot({ name: "sender" });
  const receiver = await client.createBot({ name: "receiver" });
  const from = await client.createSession({ botId: sender.id, title: "from" });
  const to = await client.createSession({ botId: receiver.id, title: "to" });
  let arrived = () => {};
  const socket = await bench.onEvent((event) => {
    const isReceived = event.type === "message.changed" && event.message.sessionId === to.id;
    if (isReceived && event.message.state === "answered") arrived();
  });
  const taken: number[] = [];
  const bare: number[] = [];
  for (let index = 0; index < handoffs + warmUp; index += 1) {
    bench.model.reset();
    const done = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await client.sendMessage(from.id, { text: `pass on ${index}` });
    await done;
    const calls = bench.model.requests();
    const sent = calls.find(
      ({ request }) => request.system.startsWith("You are sender") && request.results.length === 0,
    );
    const received = calls.find(({ request }) => request.system.startsWith("You are receiver"));
    if (sent?.endedAt == null || received === undefined) throw new Error("expected both bots to call the model");
    if (index < warmUp) continue;
    taken.push(received.receivedAt - sent.endedAt);
    bare.push(await timeBareCall(bench.model.url));
  }
  socket.close();
  const disk = timeDurableWrites();
  return {
    name: "handoff",
    setup: `${handoffs} messages from one bot to an idle one; between the model calls lie four durable steps and two HTTP transfers`,
    rows: [
      {
        what: "bot to bot, p50",
        value: percentile(taken, 50),
        unit: "ms",
        goal: 10,
        limit: percentile(bare, 50) + 3 * percentile(disk, 50),
        limitName: "one bare call to the model and three bare durable writes",
      },
      {
        what: "bot to bot, p99",
        value: percentile(taken, 99),
        unit: "ms",
        goal: 50,
        limit: percentile(bare, 99) + percentile(disk, 99),
        limitName: "one bare call and one bare durable write, p99",
      },
    ],
  };
}

function sendOn({ system, results, lastUser }: ModelRequest) {
  if (!system.startsWith("You are sender")) return say("got it");
  return results.length === 0 ? call("session_send", { to: "to", text: lastUser }) : say("sent");
}

async function timeBareCall(url: string): Promise<number> {
  const startedAt = performance.now();
  await (await fetch(`${url}/v1/models`)).text();
  return performance.now() - startedAt;
}
