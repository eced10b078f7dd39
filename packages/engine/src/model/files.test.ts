/** Tests that the in-memory file bytes keep the port's contract. */
import { describeFileBytes } from "../port/files.conformance.ts";
import { openModelFiles } from "./files.ts";

describeFileBytes("memory", async () => openModelFiles());
