/**
 * Lists all gateways: the state of each connection and its reason, its version, and buttons to add, edit, check and
 * remove one.
 */
import type { Gateway } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { Link } from "../../ui/router.tsx";
import { ScreenHeader } from "../../ui/ScreenHeader.tsx";
import shapes from "../../ui/Shapes.module.css";
import { EmptyGateways } from "./EmptyGateways.tsx";
import { GatewayCard } from "./GatewayCard.tsx";
import styles from "./GatewaysScreen.module.css";
import { gatewaysQuery, useGatewayHints } from "./gateway-queries.ts";

const GatewayDialog = lazyPart("GatewayDialog", () => import("./GatewayDialog.tsx"));
const RemoveGateway = lazyPart("RemoveGateway", () => import("./RemoveGateway.tsx"));

type Open =
  | { readonly type: "add" }
  | { readonly type: "edit"; readonly id: GatewayId }
  | { readonly type: "remove"; readonly id: GatewayId }
  | null;

export function GatewaysScreen(): ReactElement {
  const { reads } = useReef();
  useGatewayHints("all");
  const { data: gateways, error, refetch } = useQuery(gatewaysQuery(reads));
  const [open, setOpen] = useState<Open>(null);
  const add = (): void => setOpen({ type: "add" });
  const close = (): void => setOpen(null);
  const chosen = open && open.type !== "add" ? gateways?.find(({ id }) => id === open.id) : undefined;
  return (
    <main className={shapes.screen} aria-label="Gateways">
      <ScreenHeader title="Gateways" count={gateways?.length}>
        <Link to="/gateways/import" className={styles.linkButton}>
          Import
        </Link>
        <Button look={gateways?.length === 0 ? "plain" : "primary"} onClick={add}>
          Add a gateway
        </Button>
      </ScreenHeader>
      <div className={`${shapes.body} ${styles.body}`} aria-busy={!gateways && !error}>
        {error && (
          <p className={styles.error} role="alert">
            Couldn't load the gateways: {errorText(error)} <Button onClick={() => void refetch()}>Try again</Button>
          </p>
        )}
        {gateways?.length === 0 && <EmptyGateways onAdd={add} />}
        {gateways && gateways.length > 0 && <GatewayList gateways={gateways} onOpen={setOpen} />}
      </div>
      <Part what="This dialog" onClose={close}>
        {open?.type === "add" && <GatewayDialog gateway={null} onClose={close} />}
        {open?.type === "edit" && chosen && <GatewayDialog gateway={chosen} onClose={close} />}
        {open?.type === "remove" && chosen && <RemoveGateway gateway={chosen} onClose={close} />}
      </Part>
    </main>
  );
}

function GatewayList({
  gateways,
  onOpen,
}: {
  readonly gateways: readonly Gateway[];
  readonly onOpen: (open: Open) => void;
}): ReactElement {
  return (
    <ul className={styles.list}>
      {gateways.map((gateway) => (
        <GatewayCard
          key={gateway.id}
          gateway={gateway}
          onEdit={() => onOpen({ type: "edit", id: gateway.id })}
          onRemove={() => onOpen({ type: "remove", id: gateway.id })}
        />
      ))}
    </ul>
  );
}
