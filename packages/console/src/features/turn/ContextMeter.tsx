/**
 * Shows how full the session's context is: a small meter whose menu says it in words, with what the session has used.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { SessionUsage } from "@reef/protocol/turn";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Menu } from "../../ui/Menu.tsx";
import styles from "./ContextMeter.module.css";
import { contextShare, contextWords } from "./context-words.ts";
import { useReadAfterTurns } from "./use-read-after-turns.ts";

const round = 2 * Math.PI * 6;

export function ContextMeter({ sessionId }: { readonly sessionId: SessionId }): ReactElement | null {
  const { client } = useReef();
  const usage = useReadAfterTurns(sessionId, { name: "session-usage", read: () => client.sessionUsage(sessionId) });
  if (usage === undefined || (usage.context === null && usage.usage.modelCalls === 0)) return null;
  const share = contextShare(usage);
  const words = contextWords(usage);
  const percent = share === null ? "?" : `${Math.round(share * 100)}%`;
  return (
    <Menu
      align="end"
      entries={() => words.map((line, at) => ({ type: "note", key: String(at), label: line }))}
      trigger={
        <button
          type="button"
          className={styles.meter}
          title={words.join("\n")}
          aria-label={words[0] ?? "Context"}
          data-full={isNearlyFull(usage) || undefined}
        >
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" strokeWidth="2.500">
            <circle cx="8" cy="8" r="6" className={styles.track} />
            {share !== null && (
              <circle
                cx="8"
                cy="8"
                r="6"
                className={styles.fill}
                strokeDasharray={`${share * round} ${round}`}
                transform="rotate(-90 8 8)"
              />
            )}
          </svg>
          <span className={styles.percent}>{percent}</span>
        </button>
      }
    />
  );
}

/** True if older text is about to be summarised. */
function isNearlyFull({ context }: SessionUsage): boolean {
  if (context === null || context.usedTokens === null) return false;
  const end = context.compactsAt ?? context.limitTokens;
  return end !== null && context.usedTokens >= end * 0.9;
}
