/**
 * Uploads files into a workspace, one after another. A file that is already there waits for a person's word: an upload replaces it, and
 * no snapshot has what it was.
 */
import type { BotId } from "@reef/protocol/ids";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { isThere } from "./is-there.ts";
import { joinPath } from "./paths.ts";
import { readWorkspaceAgain } from "./workspace-queries.ts";

export interface Upload {
  readonly path: string;
  readonly file: File;
}

export interface Uploads {
  /** Paths that wait to be sent or are being sent. */
  readonly sending: readonly string[];
  /** Those that are already there. */
  readonly conflicts: readonly Upload[];
  readonly problems: readonly string[];
  readonly add: (folder: string, files: readonly File[]) => void;
  /** Settles the first conflict. */
  readonly settle: (replace: boolean) => void;
  readonly forgetProblems: () => void;
}

/** As much as the server takes. */
const mostBytes = 20_000_000;

export function useUploads(botId: BotId): Uploads {
  const client = wholeClient(useReef().client);
  const queryClient = useQueryClient();
  const [sending, setSending] = useState<readonly string[]>([]);
  const [conflicts, setConflicts] = useState<readonly Upload[]>([]);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const last = useRef(Promise.resolve());
  const send = ({ path, file }: Upload, canReplace: boolean): void => {
    setSending((before) => [...before, path]);
    last.current = last.current.then(async () => {
      try {
        if (file.size > mostBytes) throw new Error(`it is larger than ${mostBytes / 1_000_000} MB`);
        if (!canReplace && (await isThere(client, botId, path))) setConflicts((before) => [...before, { path, file }]);
        else {
          await client.writeWorkspaceFile(botId, path, file);
          await readWorkspaceAgain(queryClient, botId);
        }
      } catch (error) {
        const reason = error instanceof Error && error.name === "Error" ? error.message : errorText(error);
        setProblems((before) => [...before, `Couldn't upload ${path}: ${reason}`]);
      }
      setSending((before) => before.toSpliced(before.indexOf(path), 1));
    });
  };
  return {
    sending,
    conflicts,
    problems,
    add(folder, files) {
      setProblems([]);
      for (const file of files) send({ path: joinPath(folder, file.name), file }, false);
    },
    settle(replace) {
      const [first, ...rest] = conflicts;
      setConflicts(rest);
      if (first && replace) send(first, true);
    },
    forgetProblems: () => setProblems([]),
  };
}
