/** Words remarks for people about a model that can do less than a bot may need. */
import type { ProfileCorrection } from "./provider/profile.ts";

export function withoutToolsText(modelId: string): string {
  return `The model “${modelId}” can't use tools, so it was asked without them. It can answer, but it can't save memories, write to other sessions or set schedules. Choose another model for that.`;
}

/** Returns null where people need not know. */
export function remarkOn({ tools, vision }: ProfileCorrection, modelId: string): string | null {
  if (tools === false) return withoutToolsText(modelId);
  return vision === false ? `The model “${modelId}” can't see images, so it only got their names.` : null;
}

export function withoutPicturesText(reason: string): string {
  return `This was answered without the images: ${reason}`;
}
