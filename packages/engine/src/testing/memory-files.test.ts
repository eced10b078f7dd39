/** The in-memory bytes of files keep the port's contract. */
import { describeFileBytes } from "../port/files.conformance.ts";
import { openMemoryFiles } from "./memory-files.ts";

describeFileBytes("memory", async () => openMemoryFiles());
