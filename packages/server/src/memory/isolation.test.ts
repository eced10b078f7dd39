/** Tests ME1 at size: fifty bots and a thousand random questions find nothing of another bot. */
import { expect, it } from "vitest";
import { serve } from "../testing/serve.ts";

const bots = 50;
const questions = 1_000;
const subjects = ["garage", "boat", "cat", "office", "sister", "piano", "vault", "garden", "train", "cake"];
const facts = ["code", "colour", "name", "price", "place", "birthday", "owner", "size"];

/** Returns the same numbers in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it("ME1: 1,000 random questions to 50 bots find nothing of another bot", { timeout: 60_000 }, async () => {
  await using reef = await serve();
  const random = numbers(7);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const ids = [];
  for (let n = 0; n < bots; n++) {
    const { id } = await reef.client.createBot({ name: `bot ${n}` });
    const items = subjects.flatMap((subject) =>
      facts.map((fact) => ({ text: `The ${fact} of the ${subject} is ${n}x${Math.floor(random() * 1e6)}` })),
    );
    await reef.client.rememberAll(id, items);
    ids.push(id);
  }
  const readers = ids.slice(0, 5);
  const [granted] = ids.slice(-1);
  if (granted === undefined) throw new Error("expected a bot");
  await reef.client.putGrants(granted, { readers });
  let found = 0;
  for (let n = 0; n < questions; n++) {
    if (n === questions / 2) await reef.client.putGrants(granted, { readers: [] });
    const place = Math.floor(random() * bots);
    const id = ids[place] as (typeof ids)[number];
    const { items } = await reef.client.searchMemories(id, {
      q: `what is the ${pick(facts)} of the ${pick(subjects)}?`,
      k: 20,
    });
    const allowed = n < questions / 2 && readers.includes(id) ? [id, granted] : [id];
    for (const { memory } of items) {
      expect(allowed).toContain(memory.botId);
      expect(memory.text).toContain(memory.botId === granted ? ` ${bots - 1}x` : ` ${place}x`);
    }
    found += items.length;
  }
  expect(found).toBeGreaterThan(questions * 5);
});
