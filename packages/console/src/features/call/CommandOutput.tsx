/**
 * Shows what a command that has ended printed. A model gets it without colours and cut in the middle; people get the file that was
 * kept beside it, up to a bound, and the cut text until that is there or if it is gone.
 */
import type { FileRef } from "@reef/protocol/file";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import type { CallResult } from "./call-props.ts";
import { readEnd } from "./drawn-call.ts";
import { TerminalView } from "./TerminalView.tsx";

/** Of a longer output the end is shown; the chip below it downloads the whole. */
const mostBytes = 400_000;

export function CommandOutput({
  command,
  cwd,
  result: { text, isError, files },
}: {
  readonly command: string;
  readonly cwd: string | null;
  readonly result: CallResult;
}): ReactElement {
  const kept = files.find(isOutput);
  const { data: whole } = useQuery({ ...useOutputQuery(kept), enabled: kept !== undefined });
  const end = readEnd(text);
  const output = whole ?? end?.rest ?? text;
  return (
    <TerminalView
      command={command}
      cwd={cwd}
      output={output}
      end={end === null ? null : { words: sentence(end.words), isGood: !isError }}
    />
  );
}

function isOutput({ name, mediaType }: FileRef): boolean {
  return mediaType === "text/plain" && /^cmd_[\w-]+\.txt$/.test(name);
}

function useOutputQuery(file: FileRef | undefined) {
  const { client } = useReef();
  return {
    queryKey: ["command-output", file?.id ?? ""],
    queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<string | null> => {
      if (file === undefined) return null;
      const blob = await client.readFile(file.id, { signal });
      return await blob.slice(Math.max(0, blob.size - mostBytes)).text();
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  };
}

function sentence(words: string): string {
  return `${words[0]?.toUpperCase() ?? ""}${words.slice(1)}`;
}
