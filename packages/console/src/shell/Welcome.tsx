/** An empty Reef explains itself, and one click gives something that works without a key or a model. */
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../reef.ts";
import { Link, useRouter } from "../router.tsx";
import { createSession, errorText } from "../session/session-actions.ts";
import { Button } from "../ui/Button.tsx";
import { Sign } from "../ui/Sign.tsx";
import styles from "./Home.module.css";

export function Welcome(): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const demo = useMutation({
    mutationFn: async () => {
      const bot = await reef.client.createBot({
        name: "Demo",
        role: "Shows what Reef does. It is no model: it answers by simple rules.",
        runtime: "demo",
      });
      return await createSession(reef, { botId: bot.id, title: "First steps" });
    },
    onSuccess: (session) => router.navigate({ to: "/s/$sessionId", params: { sessionId: session.id } }),
  });
  return (
    <main className={styles.home} data-welcome>
      <img className={styles.mark} src="/favicon.svg" alt="" width="52" height="52" />
      <h1 className={styles.title}>Welcome to Reef</h1>
      <p className={styles.text}>
        A lasting home for your bots. They work side by side, write to each other, and lose nothing.
      </p>
      <ul className={styles.points}>
        <li>
          <Sign status="running" />
          <span>
            <b>Bots</b> have a role, instructions and a model. Many run at once.
          </span>
        </li>
        <li>
          <Sign status="idle" />
          <span>
            <b>Sessions</b> are conversations that stay, through every restart. Switch with Alt+1 to 9.
          </span>
        </li>
        <li>
          <Sign status="needs_you" />
          <span>
            <b>Needs you</b> gathers every question that waits for your answer.
          </span>
        </li>
      </ul>
      <div className={styles.actions}>
        <Button look="primary" disabled={demo.isPending} onClick={() => demo.mutate()}>
          {demo.isPending ? "Making it…" : "Try it with a demo bot"}
        </Button>
        <Button onClick={() => reef.panel.set({ type: "new-bot" })}>Make your own bot</Button>
      </div>
      <p className={styles.text}>
        OpenClaw runs already? <Link to="/gateways">Join its gateway</Link>: its agents and sessions come along.
      </p>
      {demo.error && <p role="alert">Not made: {errorText(demo.error)}</p>}
    </main>
  );
}
