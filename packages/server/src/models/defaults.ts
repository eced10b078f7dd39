/** Checks a choice of default: a model of an existing provider that is not known to be unable to do the work. */
import { AppError } from "@reef/protocol/error";
import type { ModelDefaultsPatch } from "@reef/protocol/model";
import { assertMakesVectors } from "./embedding-default.ts";
import type { Models } from "./open-models.ts";

type Role = "chat" | "consolidation" | "embedding" | "vision" | "fallback";
const roles: readonly Role[] = ["chat", "consolidation", "embedding", "vision", "fallback"];

/** Throws `invalid_request`. A model that no list names is accepted: not every server lists what it has. */
export async function assertDefaultsFit(models: Models, patch: ModelDefaultsPatch): Promise<void> {
  for (const role of roles) {
    const name = patch[role];
    if (name === null || name === undefined) continue;
    const refuse = (message: string) =>
      new AppError("invalid_request", `the body is not as expected: ${role}: ${message}`, {
        fields: [{ path: role, message }],
      });
    const slash = name.indexOf("/");
    const provider = slash > 0 ? models.known().find((each) => each.name === name.slice(0, slash)) : undefined;
    if (provider === undefined || slash === name.length - 1) {
      const known = models.known().map((each) => each.name);
      throw refuse(`expected provider/model, with one of these providers: ${known.join(", ") || "none is set up yet"}`);
    }
    if (role === "embedding") assertMakesVectors(provider);
    const { models: listed } = await models.listing(provider);
    const abilities = listed.find(({ id }) => id === name.slice(slash + 1))?.abilities;
    if (role === "embedding" && abilities?.embedding === false && abilities.chat === true) {
      throw refuse("this model makes no vectors: choose one for embeddings");
    }
    if (role !== "embedding" && abilities?.chat === false) throw refuse("this model cannot chat");
    if (role === "vision" && abilities?.vision === false) throw refuse("this model sees no pictures");
  }
}
