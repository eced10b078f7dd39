/** Exports the version people see: the package's. */
import manifest from "../package.json" with { type: "json" };

export const version: string = manifest.version;
