/** Tests what keeps a provider from being deleted or renamed. */
import { expect, test } from "vitest";
import { makeId } from "../ids.ts";
import { openModelStore } from "../model/store.ts";
import { openKit } from "../testing/seeds.ts";
import { botsOfProvider } from "./providers.ts";

test("a provider's bots are those that name one of its models, and none of an OpenClaw, whose models are its own", async () => {
  await using kit = await openKit(async (clock) => openModelStore({ clock }));
  const agent = { gatewayId: makeId("gateway"), agentId: "main" };
  await kit.bot({ name: "Ada", runtime: "loop", model: "lab/small" });
  await kit.bot({ name: "Bo", runtime: "loop", model: "lab-2/small" });
  await kit.bot({ name: "Cy", runtime: "openclaw", agent, model: "lab/small" });
  await kit.bot({ name: "Di", runtime: "loop", model: null });
  expect((await botsOfProvider(kit, "lab")).map(({ name }) => name)).toEqual(["Ada"]);
});
