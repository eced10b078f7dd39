/** Bounds and kinds of files. No schema here: the browser takes this file without the schema library. */

/** Most files of one message. */
export const maxAttachments = 20;
/** Largest file, in bytes. */
export const maxFileBytes = 20_000_000;

/** What models can be shown as a picture. Everything else is kept and named. */
export const imageTypes = ["image/png", "image/jpeg", "image/webp", "image/gif"] as const;
