/** Shows one session of a gateway in two lines: state, title and time; latest message, tokens and where it belongs. */
import type { GatewaySession } from "@reef/protocol/gateway";
import { Pin } from "lucide";
import type { ReactElement } from "react";
import { nowMs } from "../../ui/clock.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import type { ShownStatus } from "../../ui/shown-status.ts";
import { absoluteTime, shortTime } from "../../ui/time.ts";
import styles from "./SessionsView.module.css";

export function GatewaySessionRow({
  session,
  isOpen,
}: {
  readonly session: GatewaySession;
  readonly isOpen: boolean;
}): ReactElement {
  const { key, title, lastText, updatedAt, group, pinned, sessionId } = session;
  const tokens = (session.inputTokens ?? 0) + (session.outputTokens ?? 0);
  return (
    <Link
      to="/gateways/$gatewayId"
      params={{ gatewayId: session.gatewayId }}
      search={{ key }}
      className={styles.row}
      data-key={key}
      data-child={session.kind === "subagent" || undefined}
      aria-current={isOpen ? "page" : undefined}
    >
      <span className={styles.first}>
        <Sign status={statusOf(session)} words={session.status === "interrupted" ? "interrupted" : undefined} />
        <span className={`${shapes.cut} ${styles.title}`} data-unread={session.unread || undefined}>
          {title}
        </span>
        {pinned && (
          <span className={styles.pin} role="img" aria-label="Pinned" title="Pinned">
            <Icon icon={Pin} size={12} />
          </span>
        )}
        {sessionId && <span className={styles.tag}>in Reef</span>}
        {updatedAt && (
          <time className={styles.time} dateTime={updatedAt} title={absoluteTime(updatedAt)}>
            {shortTime(updatedAt, nowMs())}
          </time>
        )}
      </span>
      <span className={styles.second}>
        <code className={shapes.cut}>{session.agentId}</code>
        {group && <span className={`${shapes.cut} ${styles.group}`}>{group}</span>}
        <span className={`${shapes.cut} ${styles.last}`}>{lastText || key}</span>
        {tokens > 0 && (
          <span className={styles.tokens} title={tokenTitle(session, tokens)}>
            {shortCount(tokens)}
            <span className={shapes.hidden}> tokens</span>
          </span>
        )}
      </span>
    </Link>
  );
}

/** An interrupted run has no end in OpenClaw: its outcome is unknown. */
function statusOf({ status, unread }: GatewaySession): ShownStatus {
  if (status === "interrupted") return "unknown";
  return status === "idle" && unread ? "done_unseen" : status;
}

function tokenTitle({ inputTokens, outputTokens, costUsd, model }: GatewaySession, tokens: number): string {
  const parts = [
    inputTokens === null || outputTokens === null
      ? countOf(tokens, "token")
      : `${countOf(inputTokens, "token")} in, ${countOf(outputTokens, "token")} out`,
    costUsd !== null && costUsd > 0 && `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`,
    model,
  ];
  return parts.filter(Boolean).join(" · ");
}
