/**
 * Shrinks a photo to what a model can take: a picture with more bytes or pixels than a model looks at is drawn smaller
 * before it is sent. What the browser cannot draw, and what may move, stays as it was given: a file is never lost.
 */

const maxPictureBytes = 5_000_000;
const maxPicturePx = 4096;
const shrunkPx = 2048;

/** These lose nothing but detail when drawn; a GIF would lose its movement. */
const drawable: readonly string[] = ["image/png", "image/jpeg", "image/webp"];
const quality = 0.85;

/** Never rejects. Returns the file itself when it is small enough, not a picture, or cannot be drawn. */
export async function shrinkPicture(file: File): Promise<File> {
  if (!drawable.includes(file.type)) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (picture === null) return file;
  try {
    const size = shrunkSize({ width: picture.width, height: picture.height, sizeBytes: file.size });
    return size === null ? file : await draw(picture, { file, size });
  } finally {
    picture.close();
  }
}

/** Returns null when it may stay as it is. */
export function shrunkSize({
  width,
  height,
  sizeBytes,
}: {
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
}): { readonly width: number; readonly height: number } | null {
  const longest = Math.max(width, height);
  if (longest === 0 || (sizeBytes <= maxPictureBytes && longest <= maxPicturePx)) return null;
  const scale = Math.min(1, shrunkPx / longest);
  const fit = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: fit(width), height: fit(height) };
}

async function draw(
  picture: ImageBitmap,
  { file, size }: { readonly file: File; readonly size: { readonly width: number; readonly height: number } },
): Promise<File> {
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext("2d");
  if (context === null) return file;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, size.width, size.height);
  // A photo was a JPEG and stays one; anything else may have transparent parts.
  const type = file.type === "image/jpeg" ? "image/jpeg" : "image/webp";
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
  // A browser that cannot write this type writes PNG, which may be larger than the original.
  if (blob === null || blob.size >= file.size) return file;
  return new File([blob], renamed(file.name, blob.type), { type: blob.type, lastModified: file.lastModified });
}

const endByType: Readonly<Record<string, string>> = { "image/jpeg": "jpg", "image/webp": "webp", "image/png": "png" };

/** Matches the extension to the new type. */
export function renamed(name: string, type: string): string {
  const end = endByType[type];
  if (end === undefined || name.toLowerCase().endsWith(`.${end}`)) return name;
  if (end === "jpg" && /\.jpeg$/i.test(name)) return name;
  return `${name.replace(/\.(png|jpe?g|webp)$/i, "")}.${end}`;
}
