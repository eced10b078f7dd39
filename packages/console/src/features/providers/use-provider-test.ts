/** Runs a provider's test: each step appears as soon as it ends, and Stop ends the test on the server as well. */
import type { ProviderTest, ProviderTestStep } from "@reef/protocol/provider";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { nowMs } from "../../ui/clock.ts";

export interface RunningTest {
  readonly startedAtMs: number;
  /** The steps that have ended, in order. */
  readonly steps: readonly ProviderTestStep[];
}

export interface Follow {
  readonly signal: AbortSignal;
  readonly onStep: (step: ProviderTestStep) => void;
}

export function useProviderTest<What = void>(
  run: (what: What, follow: Follow) => Promise<ProviderTest>,
  /** `outlivesPage` keeps its result for people who come back. */
  { outlivesPage = false }: { readonly outlivesPage?: boolean } = {},
) {
  const [running, setRunning] = useState<RunningTest | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => void (outlivesPage || stop.current?.abort()), [outlivesPage]);
  const test = useMutation({
    mutationFn: async (what: What) => {
      stop.current?.abort();
      const mine = new AbortController();
      stop.current = mine;
      setRunning({ startedAtMs: nowMs(), steps: [] });
      const onStep = (step: ProviderTestStep): void => {
        if (!mine.signal.aborted) setRunning((now) => now && { ...now, steps: [...now.steps, step] });
      };
      try {
        return await run(what, { signal: mine.signal, onStep });
      } finally {
        if (stop.current === mine) setRunning(null);
      }
    },
  });
  return {
    test,
    running: test.isPending ? running : null,
    stopTest: () => stop.current?.abort(),
    /** The failure; null for a test that was stopped. */
    failure: test.error && !isAborted(test.error) ? test.error : null,
  };
}

function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
