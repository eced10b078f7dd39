/** Explains, before the first gateway, what one is and what connecting it gives, with the two ways to connect it. */
import type { ReactElement } from "react";
import { Button } from "../../ui/Button.tsx";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./EmptyGateways.module.css";

export function EmptyGateways({ onAdd }: { readonly onAdd: () => void }): ReactElement {
  return (
    <section className={styles.empty} aria-labelledby="empty-gateways">
      <h2 id="empty-gateways" className={styles.title}>
        Connect an OpenClaw gateway
      </h2>
      <p className={styles.text}>
        A gateway is a running OpenClaw. Once connected, its agents and sessions are listed here, its agents can work as
        bots in Reef, and messages typed in OpenClaw appear here. OpenClaw itself doesn't change.
      </p>
      <ol className={`${shapes.bare} ${styles.ways}`}>
        <li className={shapes.card}>
          <h3>In Reef's folder, on the machine where OpenClaw runs</h3>
          <pre className={styles.command}>npm run reef -- openclaw connect</pre>
          <p>
            It shows the changes to OpenClaw's configuration first, asks, keeps a backup, and registers the gateway
            here. <code>npm run reef -- openclaw disconnect</code> undoes exactly those changes.
          </p>
        </li>
        <li className={shapes.card}>
          <h3>Or by hand</h3>
          <p>
            You need its address, such as <code>ws://127.0.0.1:18789</code>, and its token: what{" "}
            <code>gateway.auth.token</code> holds in its own configuration. It is stored encrypted and never shown
            again.
          </p>
          <Button look="primary" onClick={onAdd}>
            Add a gateway
          </Button>
        </li>
      </ol>
      <p className={styles.text}>
        Is OpenClaw no longer running? <Link to="/gateways/import">Import its folder</Link>: Reef reads its agents,
        sessions and memories and changes nothing in it.
      </p>
    </section>
  );
}
