/** A real link to a session, so that it can be opened apart and copied; a plain click stays in the page. */
import type { SessionId } from "@reef/protocol/ids";
import { useRouter } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, MouseEvent, ReactElement } from "react";

export interface SessionLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly sessionId: SessionId;
}

export function SessionLink({ sessionId, onClick, ...rest }: SessionLinkProps): ReactElement {
  const router = useRouter();
  const go = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    void router.navigate({ to: "/s/$sessionId", params: { sessionId } });
  };
  return <a {...rest} href={`/s/${sessionId}`} onClick={go} />;
}
