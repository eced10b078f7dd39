/** Defines bounds and kinds of files. It has no schema, so that the browser can use it without the schema library. */

/** The most files of one message. */
export const maxAttachments = 20;
/** The largest file, in bytes. */
export const maxFileBytes = 20_000_000;

/** The types that models can see as a picture. Everything else is kept and named. */
export const imageTypes = ["image/png", "image/jpeg", "image/webp", "image/gif"] as const;
