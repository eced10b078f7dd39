/** Lists what every browser draws, and models may see. */
import type { FileRef } from "@reef/protocol/file";
import { imageTypes } from "@reef/protocol/file-limits";

/** True if the file is shown as a picture. */
export function isPicture({ mediaType }: Pick<FileRef, "mediaType">): boolean {
  return imageTypes.some((type) => type === mediaType);
}
