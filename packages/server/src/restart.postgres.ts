/** Restarts the database as a crash does while two workers run turns: everything goes on, nothing is lost or doubled. */
import type { Script } from "@reef/engine/testing/scripted-runtime";
import { startDurableServer } from "@reef/store/postgres/testing/server";
import { expect, test } from "vitest";
import { serve, until } from "./testing/serve.ts";

test("SV1, TU2: a database that is restarted hard while turns run is found again by all workers", async () => {
  await using database = await startDurableServer();
  const gate = Promise.withResolvers<void>();
  const script: Script = async function* ({ entries }) {
    await gate.promise;
    yield { type: "answer", text: `did: ${entries.at(-1)?.text}`, calls: [], inputTokens: 1, outputTokens: 1 };
  };
  const options = {
    script,
    environment: { REEF_SECRETS_KEY: "the same words" },
    config: { databaseUrl: database.url },
  };
  await using one = await serve(options);
  await using two = await serve(options);
  const sessions = await Promise.all(Array.from({ length: 8 }, (_, place) => one.newSession(`session ${place}`)));
  const send = (served: typeof one, text: string) =>
    Promise.all(
      sessions.map(({ id }, place) =>
        served.client.sendMessage(id, { text }, { idempotencyKey: `${text} ${place}` } as never),
      ),
    );
  const first = await send(one, "before");
  await until(() => one.server.engine.runningTurns() + two.server.engine.runningTurns() === 8);
  await database.stopHard();
  await database.startAgain();
  gate.resolve();
  // A request during the restart may be refused; repeated under its key it is one message.
  const second = await until(() => send(two, "after").catch(() => null));
  for (const { id } of [...first, ...second]) {
    await until(async () => (await two.client.message(id).catch(() => null))?.state === "answered");
  }
  for (const { id } of sessions) {
    const { items } = await one.client.entries(id);
    expect(items.map(({ text }) => text)).toEqual(["before", "did: before", "after", "did: after"]);
  }
  const seqs = (await one.server.store.read.events(0, 10_000)).map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, place) => place + 1));
  expect(one.server.store.problem()).toBeNull();
}, 120_000);
