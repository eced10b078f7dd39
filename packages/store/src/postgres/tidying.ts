/** Deletes events older than the newest ones that are kept, a little at a time, and bytes that never arrived in full. */
import { queryOf } from "./prepared.ts";
import type { Reader } from "./reader.ts";

const everyMs = 30_000;
const pruneStep = 5_000;

const prune = `delete from events where seq in (
  select seq from events where seq <= (select value from counters where name = 'event') - $1 order by seq limit $2
)`;
/** A worker that receives a file says so every few seconds: one that is silent for an hour is gone. */
const dropStale = `with stale as (
  delete from incoming_files where started_at < now() - interval '1 hour' returning id
) delete from incoming_chunks where id in (select id from stale)`;

export function openTidying({ reader, keepEvents }: { readonly reader: Reader; readonly keepEvents: number }) {
  let running: Promise<unknown> = Promise.resolve();
  const tidy = async () => {
    await reader.send(queryOf(prune, [keepEvents, pruneStep]));
    await reader.send(queryOf(dropStale));
  };
  const timer = setInterval(() => {
    // What fails now is tried again the next time.
    running = running.then(tidy).catch(() => undefined);
  }, everyMs);
  timer.unref();
  return {
    async close(): Promise<void> {
      clearInterval(timer);
      await running;
    },
  };
}
