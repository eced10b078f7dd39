/**
 * Shows, under the head of a session whose bot runs on OpenClaw, the gateway's state, the session's key there, a link to
 * OpenClaw's own pages, and how much of the transcript has been imported.
 */
import type { Bot } from "@reef/protocol/bot";
import type { Gateway } from "@reef/protocol/gateway";
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { useNow } from "../../ui/use-now.ts";
import { GatewaySign } from "./GatewaySign.tsx";
import { gatewaysQuery, useGatewayHints } from "./gateway-queries.ts";
import { consequenceOf, retryWords, wordByState } from "./gateway-words.ts";
import styles from "./OutsideStrip.module.css";
import { keyOfSession, outsideAddress } from "./session-key.ts";
import { useProgressList } from "./use-progress.ts";

export function OutsideStrip({ session, bot }: { readonly session: Session; readonly bot: Bot }): ReactElement | null {
  const { reads, frameGatewayId } = useReef();
  useGatewayHints("state");
  const { agent } = bot;
  const gatewayId = session.mirrors?.gatewayId ?? agent?.gatewayId;
  const { data: gateways } = useQuery(gatewaysQuery(reads));
  const gateway = gateways?.find(({ id }) => id === gatewayId);
  if (!agent || !gateways) return null;
  const key = keyOfSession(session, agent.agentId);
  if (!gateway) {
    return (
      <aside className={styles.strip} aria-label="OpenClaw">
        <span>Its gateway was removed: messages to it fail until its bot has another runtime.</span>
      </aside>
    );
  }
  const address = outsideAddress(gateway.url, key);
  return (
    <aside className={styles.strip} aria-label="OpenClaw">
      <GatewaySign state={gateway.state} />
      <Link to="/gateways/$gatewayId" params={{ gatewayId: gateway.id }} className={styles.gateway}>
        {gateway.name}
      </Link>
      <Key value={key} />
      {address && (
        <a
          className={styles.out}
          href={address}
          target="_blank"
          rel="noopener noreferrer"
          data-gateway-key={gateway.id === frameGatewayId ? key : undefined}
        >
          Open in OpenClaw <span aria-hidden="true">↗</span>
        </a>
      )}
      <TakingOver session={session} />
      {gateway.state !== "ready" && gateway.state !== "connecting" && <Trouble gateway={gateway} />}
    </aside>
  );
}

/** Says in one line what the state means for a message; the reason and the remedy are shown with the gateway. */
function Trouble({ gateway }: { readonly gateway: Gateway }): ReactElement {
  const now = useNow(1000, gateway.retryAt !== null);
  const retry = gateway.state === "off" ? null : retryWords(gateway.retryAt, now);
  return (
    <p className={styles.trouble} role="note">
      <b>{wordByState[gateway.state]}.</b> {consequenceOf(gateway.state)} {retry && `${retry}.`}
    </p>
  );
}

function Key({ value }: { readonly value: string }): ReactElement {
  const { toasts } = useReef();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      toasts.show({ tone: "failed", text: "Couldn't copy it: this browser doesn't allow it here." });
    }
  };
  return (
    <button
      type="button"
      className={styles.key}
      title="Its session key in OpenClaw; click to copy"
      aria-label={`Copy its session key in OpenClaw, ${value}`}
      onClick={() => void copy()}
    >
      <code className={shapes.cut}>{value}</code>
      {isCopied && <span role="status">copied</span>}
    </button>
  );
}

/** The transcript of an adopted session arrives in pages; until then older entries are missing, and this says so. */
function TakingOver({ session }: { readonly session: Session }): ReactElement | null {
  const progress = useProgressList().find(({ kind, sessionId }) => kind === "adopt" && sessionId === session.id);
  if (progress?.state === "running") {
    return (
      <div className={styles.notice} role="status">
        Copying its transcript: {progress.done}
        {progress.total !== null && ` of ${progress.total}`} entries.{" "}
        <progress
          className={styles.progress}
          aria-label="Entries copied"
          {...(progress.total === null ? {} : { value: progress.done, max: progress.total })}
        />
      </div>
    );
  }
  if (progress?.state === "failed") {
    return (
      <div className={styles.notice} role="alert">
        Its transcript was not copied completely: {progress.error ?? "no reason was given"}.
      </div>
    );
  }
  return null;
}
