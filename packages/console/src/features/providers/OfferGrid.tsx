/**
 * Offers what can be set up: model servers that were found running on top, then every kind of provider, each with a link to where its
 * key is created.
 */
import type { FoundServer, ProviderKind, ProviderOffer } from "@reef/protocol/provider";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./OfferGrid.module.css";
import { foundServersQuery, offersQuery } from "./provider-queries.ts";
import { lineByKind, linkLabel, offerTitle } from "./provider-words.ts";

export function OfferGrid({
  onChoose,
  onUse,
  usingUrl,
  chosen = null,
  takesFocus = false,
}: {
  readonly onChoose: (offer: ProviderOffer) => void;
  readonly onUse: (server: FoundServer) => void;
  /** The address of the found server that is being set up. */
  readonly usingUrl: string | null;
  /** The one that was open before: it gets the focus when people come back. */
  readonly chosen?: ProviderKind | null;
  /** True in a dialog, where the focus would otherwise be on its close button. */
  readonly takesFocus?: boolean;
}): ReactElement {
  const { reads } = useReef();
  const { data: offers, error, refetch } = useQuery(offersQuery(reads));
  const { data: found = [] } = useQuery(foundServersQuery(reads));
  const first = chosen ?? (takesFocus ? offers?.[0]?.kind : null);
  const grid = useRef<HTMLUListElement>(null);
  const isThere = offers !== undefined;
  useEffect(() => {
    if (takesFocus && isThere) grid.current?.querySelector<HTMLElement>("[data-first]")?.focus();
  }, [takesFocus, isThere]);
  return (
    <div className={styles.all}>
      {found.length > 0 && (
        <ul className={`${shapes.bare} ${styles.found}`} aria-label="Found on this machine">
          {found.map((server) => (
            <li key={server.baseUrl} className={`${shapes.card} ${styles.server}`}>
              <span className={styles.serverText}>
                <b>{server.title} is running here</b>
                <span className={styles.line}>
                  {server.models.length === 0 ? "No models loaded yet" : countOf(server.models.length, "model")} ·{" "}
                  <code>{server.baseUrl}</code>
                </span>
              </span>
              <Button
                look="primary"
                disabled={usingUrl !== null || server.models.length === 0}
                onClick={() => onUse(server)}
              >
                {usingUrl === server.baseUrl ? "Adding…" : `Use ${server.title}`}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {error && <LoadFailure what="the list of providers" error={error} onAgain={refetch} />}
      <ul ref={grid} className={`${shapes.bare} ${styles.grid}`} aria-label="Providers" aria-busy={!offers && !error}>
        {offers?.map((offer) => (
          <li key={offer.kind} className={`${shapes.card} ${styles.card}`} data-offer={offer.kind}>
            <button
              type="button"
              className={styles.choose}
              data-first={offer.kind === first || undefined}
              onClick={() => onChoose(offer)}
            >
              <span className={styles.name}>{offerTitle(offer.kind)}</span>
              <span className={styles.line}>{lineByKind[offer.kind]}</span>
            </button>
            <span className={styles.foot}>
              {offer.isLocal && <span>on this machine</span>}
              {offer.keyUrl && (
                <a href={offer.keyUrl} target="_blank" rel="noopener noreferrer" title={offer.keyUrl}>
                  Get a key<span className={shapes.hidden}> from {linkLabel(offer.keyUrl)}</span>{" "}
                  <span aria-hidden="true">↗</span>
                </a>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
