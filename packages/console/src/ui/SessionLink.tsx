/**
 * Links to a session with a real link, which can be opened in a new tab and copied; a plain click stays in the page.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { AnchorHTMLAttributes, ReactElement } from "react";
import { Link } from "./router.tsx";

export interface SessionLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  readonly sessionId: SessionId;
}

export function SessionLink({ sessionId, ...rest }: SessionLinkProps): ReactElement {
  return <Link {...rest} to="/s/$sessionId" params={{ sessionId }} />;
}
