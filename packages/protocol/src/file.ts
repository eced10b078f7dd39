/** A file was given to a bot, or returned by a tool. It is kept once by its hash, and named where it is used. */
import { z } from "zod";
import { FileId } from "./ids.ts";
import { IsoTime } from "./time.ts";

/** A file as a message or an entry names it. */
export const FileRef = z
  .object({
    id: FileId,
    name: z.string(),
    mediaType: z.string(),
    sizeBytes: z.int(),
    /** For a picture, in pixels. */
    width: z.int().optional(),
    height: z.int().optional(),
  })
  .meta({ id: "FileRef" });
export type FileRef = z.infer<typeof FileRef>;

export const StoredFile = FileRef.extend({ sha256: z.string(), createdAt: IsoTime }).meta({ id: "StoredFile" });
export type StoredFile = z.infer<typeof StoredFile>;
