/** Refuses older versions of SQLite, which can corrupt a file when a checkpoint and a write coincide. */
import { AppError } from "@reef/protocol/error";

const oldest = [3, 51, 3] as const;

export function assertVersion(version: string): void {
  const found = version.split(".").map(Number);
  for (const [index, wanted] of oldest.entries()) {
    const part = found[index] ?? 0;
    if (part > wanted) return;
    if (part < wanted) {
      throw new AppError(
        "unavailable",
        `SQLite ${version} can corrupt its file; at least ${oldest.join(".")} is needed: install the dependencies again`,
      );
    }
  }
}
