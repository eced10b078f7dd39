/** Shows one MCP server: whether it works and why not, its tools, the bots that use it, and what can be done with it. */
import type { BotId } from "@reef/protocol/ids";
import type { McpServer } from "@reef/protocol/mcp";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide";
import { type ReactElement, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import cards from "../../ui/Cards.module.css";
import { useCell } from "../../ui/cell.ts";
import { countOf } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { Time } from "../../ui/Time.tsx";
import { durationLabel } from "../../ui/time.ts";
import { WholeText } from "../../ui/WholeText.tsx";
import { ServerTools } from "./ServerTools.tsx";
import { secretNames, serverState, transportWords, unapproved } from "./server-words.ts";
import { signInAt } from "./sign-in.ts";
import styles from "./ToolsScreen.module.css";
import { readServersAgain, takeServer } from "./tool-queries.ts";
import type { Check } from "./use-checks.ts";

export interface ServerCardProps {
  readonly server: McpServer;
  readonly check: Check | null;
  readonly onCheck: () => void;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
  readonly onReview: () => void;
}

export function ServerCard({ server, check, onCheck, onEdit, onDelete, onReview }: ServerCardProps): ReactElement {
  const reef = useReef();
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const { id, name, transport, tools, enabled, listedAt, software } = server;
  const isChecking = check?.state === "running";
  const state = isChecking ? { sign: "waiting" as const, words: "Checking" } : serverState(server);
  const problem = isChecking ? null : check?.state === "failed" ? check.reason : server.problem;
  const waiting = unapproved(tools);
  const checkWords = check?.state === "failed" || server.state === "failing" ? "Check again" : "Check now";
  const setEnabled = (value: boolean): void =>
    void attempt(reef, value ? "Couldn't switch it on" : "Couldn't switch it off", async () =>
      takeServer(queryClient, await wholeClient(reef.client).changeMcpServer(id, { enabled: value })),
    );
  const isService = transport.kind === "http";
  const wantsSignIn = isService && problem !== null && /sign in/i.test(problem);
  const signIn = (): void => void signInAt(reef, id);
  const signOut = (): void =>
    void attempt(reef, "Couldn't sign out", async () => {
      await wholeClient(reef.client).signOutOfMcpServer(id);
      await readServersAgain(queryClient);
    });
  return (
    <li className={`${shapes.card} ${cards.card}`} data-server={name}>
      <div className={cards.head}>
        <Sign status={state.sign} words="" />
        <h2 className={`${shapes.cut} ${styles.name}`}>{name}</h2>
        <span className={cards.state}>{state.words}</span>
        <span className={cards.push} />
        {isChecking ? (
          <>
            <Elapsed sinceMs={check.sinceMs} />
            <Button isSmall aria-label={`Stop: ${name}`} onClick={check.stop}>
              Stop
            </Button>
          </>
        ) : (
          <Button isSmall disabled={!enabled} aria-label={`${checkWords}: ${name}`} onClick={onCheck}>
            {checkWords}
          </Button>
        )}
        <Menu
          align="end"
          entries={() => [
            { type: "item", key: "edit", label: "Edit…", run: onEdit },
            ...(isService ? [{ type: "item" as const, key: "sign-in", label: "Sign in…", run: signIn }] : []),
            ...(isService && transport.signIn === true
              ? [{ type: "item" as const, key: "sign-out", label: "Sign out", run: signOut }]
              : []),
            enabled
              ? { type: "item", key: "off", label: "Switch off", run: () => setEnabled(false) }
              : { type: "item", key: "on", label: "Switch on", run: () => setEnabled(true) },
            { type: "line", key: "line" },
            { type: "item", key: "delete", label: "Delete…", run: onDelete },
          ]}
          trigger={
            <Button look="quiet" isSquare isSmall aria-label={`Actions for ${name}`}>
              <Icon icon={Ellipsis} size={14} />
            </Button>
          }
        />
      </div>
      <div className={styles.below}>
        <p className={styles.about}>
          <code>{transportWords(transport)}</code>
          {software && <span>{software}</span>}
          {secretNames(transport).map((secret) => (
            <span key={secret}>secret “{secret}”</span>
          ))}
          {listedAt && (
            <span>
              listed its tools <Time at={listedAt} />
            </span>
          )}
        </p>
        {problem && (
          <div className={styles.reason} role="alert">
            <WholeText text={problem} />
            {wantsSignIn && (
              <Button isSmall aria-label={`Sign in… ${name}`} onClick={signIn}>
                Sign in…
              </Button>
            )}
          </div>
        )}
        <UsedBy server={server} />
        {waiting.length > 0 && (
          <div className={styles.review} role="status">
            <Sign status="needs_you" words="" />
            <p className={shapes.grow}>
              {countOf(waiting.length, "tool")} {waiting.length === 1 ? "is" : "are"} new or changed. No model sees{" "}
              {waiting.length === 1 ? "it" : "them"} until you approve what{" "}
              {waiting.length === 1 ? "it says" : "they say"}.
            </p>
            <Button isSmall aria-label={`Review… ${name}`} onClick={onReview}>
              Review…
            </Button>
          </div>
        )}
        {tools.length > 0 && (
          <button type="button" className={shapes.wordLink} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Hide the tools" : countOf(tools.length, "tool")}
          </button>
        )}
        {tools.length === 0 && listedAt !== null && <p>It offers no tools.</p>}
        {isOpen && <ServerTools tools={tools} />}
      </div>
    </li>
  );
}

function Elapsed({ sinceMs }: { readonly sinceMs: number }): ReactElement {
  const nowMs = useCell(useReef().seconds);
  return <span className={styles.elapsed}>{durationLabel(Math.max(0, nowMs - sinceMs))}</span>;
}

const namedBots = 6;

function UsedBy({ server: { botIds, listedAt } }: { readonly server: McpServer }): ReactElement | null {
  const { data: bots } = useQuery(botsQuery(useReef().reads));
  const names = botIds.flatMap((id) => bots?.get(id as BotId)?.name ?? []);
  const choose = (
    <Link to="/tools" search={{ view: "bots" }}>
      Choose bots
    </Link>
  );
  if (names.length === 0) return listedAt === null ? null : <p>No bot uses it. {choose}</p>;
  const rest = names.length - namedBots;
  return (
    <p>
      Used by {names.slice(0, namedBots).join(", ")}
      {rest > 0 && ` and ${rest} more`}. {choose}
    </p>
  );
}
