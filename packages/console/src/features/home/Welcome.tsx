/** Explains an empty Reef: first it asks for a model, then for a bot. The demo needs neither a key nor a model. */
import { useMutation } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Logo } from "../../ui/Logo.tsx";
import { Link, useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { useServerModel } from "../model/use-server-model.ts";
import { ProviderSetup } from "../providers/ProviderSetup.tsx";
import { createSession } from "../session/session-actions.ts";
import styles from "./Welcome.module.css";

export function Welcome(): ReactElement {
  const reef = useReef();
  const serverModel = useServerModel();
  const [isSettingUp, setSettingUp] = useState(false);
  const createBot = (): void => reef.panel.set({ type: "new-bot" });
  const finish = (): void => {
    setSettingUp(false);
    createBot();
  };
  if (serverModel === undefined) return <main aria-busy="true" />;
  const hasModel = serverModel !== null && !isSettingUp;
  return (
    <main className={styles.welcome} data-welcome={hasModel ? "bot" : "model"} aria-label="Welcome">
      <div className={styles.inside} data-narrow={hasModel || undefined}>
        <Logo className={shapes.mark} />
        <h1 className={styles.title}>Welcome to Reef</h1>
        <p className={styles.text}>
          A lasting home for your bots. They work side by side, write to each other, and lose nothing.
        </p>
        {hasModel ? (
          <>
            <Points />
            <p className={styles.text}>
              New bots use <b>{serverModel}</b>. <Link to="/providers">Change the model</Link>
            </p>
            <div className={styles.actions}>
              <Button look="primary" onClick={createBot}>
                Create your first bot
              </Button>
              <DemoButton />
            </div>
          </>
        ) : (
          <div className={styles.setup}>
            <ProviderSetup action="Save and create a bot" onDone={finish} onBusy={setSettingUp}>
              <div className={styles.actions}>
                <DemoButton />
                <Button look="quiet" onClick={createBot}>
                  Create a bot without a model
                </Button>
              </div>
            </ProviderSetup>
          </div>
        )}
        <p className={styles.text}>
          Already running OpenClaw? <Link to="/gateways">Connect it</Link> to bring your agents and sessions.
        </p>
      </div>
    </main>
  );
}

function Points(): ReactElement {
  return (
    <ul className={`${shapes.bare} ${styles.points}`}>
      <li>
        <Sign status="running" />
        <span>
          <b>Bots</b> have a role, instructions and a model. Many run side by side.
        </span>
      </li>
      <li>
        <Sign status="idle" />
        <span>
          <b>Sessions</b> are conversations that survive restarts. Switch with Alt+1 to 9.
        </span>
      </li>
      <li>
        <Sign status="needs_you" />
        <span>
          <b>Needs you</b> collects every question that is waiting for your answer.
        </span>
      </li>
    </ul>
  );
}

function DemoButton(): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const demo = useMutation({
    mutationFn: async () => {
      const bot = await reef.client.createBot({
        name: "Demo",
        role: "Shows what Reef does. It isn't a language model: it answers by simple rules.",
        runtime: "demo",
      });
      return await createSession(reef, { botId: bot.id, title: "First steps" });
    },
    onSuccess: (session) => router.navigate({ to: "/s/$sessionId", params: { sessionId: session.id } }),
  });
  return (
    <>
      <Button disabled={demo.isPending} onClick={() => demo.mutate()}>
        {demo.isPending ? "Creating it…" : "Try the demo bot first"}
      </Button>
      {demo.error && <p role="alert">Couldn't create the demo bot: {errorText(demo.error)}</p>}
    </>
  );
}
