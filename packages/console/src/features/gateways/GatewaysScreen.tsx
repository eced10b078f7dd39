/**
 * Lists all gateways: the state of each connection and its reason, its version, and buttons to add, edit, check and
 * remove one.
 */
import type { Gateway } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { ButtonLink } from "../../ui/ButtonLink.tsx";
import cards from "../../ui/Cards.module.css";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { Screen } from "../../ui/Screen.tsx";
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
    <Screen
      title="Gateways"
      count={gateways?.length}
      read={{ what: "the gateways", error, isReading: !gateways, again: refetch, look: "card" }}
      empty={gateways?.length === 0 && <EmptyGateways onAdd={add} />}
      tools={
        <>
          <ButtonLink to="/gateways/import" className={styles.import}>
            Import
          </ButtonLink>
          <Button look={gateways?.length === 0 ? "plain" : "primary"} onClick={add}>
            Add a gateway
          </Button>
        </>
      }
      dialogs={
        <Part what="This dialog" onClose={close}>
          {open?.type === "add" && <GatewayDialog gateway={null} onClose={close} />}
          {open?.type === "edit" && chosen && <GatewayDialog gateway={chosen} onClose={close} />}
          {open?.type === "remove" && chosen && <RemoveGateway gateway={chosen} onClose={close} />}
        </Part>
      }
    >
      {gateways && <GatewayList gateways={gateways} onOpen={setOpen} />}
    </Screen>
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
    <ul className={`${shapes.bare} ${cards.list}`}>
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
