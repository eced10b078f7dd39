/** Draws the rail: links to every screen, below them help and settings. Home has a mark when something needs a person. */
import { CircleQuestionMark, MessageSquare } from "lucide";
import { Fragment, type ReactElement, useRef } from "react";
import { actionLabel, pressToLabel } from "../../data/keys/press-label.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Logo } from "../../ui/Logo.tsx";
import { Link, useLocation, useParams } from "../../ui/router.tsx";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./SideNav.module.css";
import { isCurrent, type Screen, screens, settingsScreen } from "./screens.tsx";

export function SideNav({ waiting }: { readonly waiting: number }): ReactElement {
  const { panel, keys } = useReef();
  return (
    <nav className={styles.nav} aria-label="All bots">
      <Logo className={styles.mark} />
      {screens.map((screen) => (
        <Fragment key={screen.to}>
          <RailLink screen={screen} waiting={screen.to === "/" ? waiting : 0} />
          {screen.to === "/" && <SessionsLink />}
        </Fragment>
      ))}
      <span className={styles.push} />
      <button
        type="button"
        className={styles.link}
        aria-label="Keys"
        title={`Keys and help (${actionLabel(useCell(keys), "help") ?? "no key"})`}
        onClick={() => panel.set({ type: "help" })}
      >
        <Icon icon={CircleQuestionMark} />
      </button>
      <RailLink screen={settingsScreen} waiting={0} />
    </nav>
  );
}

/** Leads back to the session that was open last, with the list beside it. */
function SessionsLink(): ReactElement {
  const { isSidebarShown } = useReef();
  const { sessionId } = useParams();
  const last = useRef(sessionId);
  if (sessionId) last.current = sessionId;
  const isOpen = useLocation().pathname === "/sessions" || sessionId !== undefined;
  return (
    <Link
      {...(last.current ? { to: "/s/$sessionId", params: { sessionId: last.current } } : { to: "/sessions" })}
      className={styles.link}
      aria-label="Sessions"
      aria-current={isOpen ? "page" : undefined}
      title="Sessions"
      onClick={() => isSidebarShown.set(true)}
    >
      <Icon icon={MessageSquare} />
    </Link>
  );
}

function RailLink({ screen, waiting }: { readonly screen: Screen; readonly waiting: number }): ReactElement {
  const { to, label, press, icon } = screen;
  const words = waiting > 0 ? `${label}: ${waiting} need${waiting === 1 ? "s" : ""} you` : label;
  return (
    <Link
      to={to}
      className={styles.link}
      aria-label={words}
      aria-current={isCurrent(screen, useLocation().pathname) ? "page" : undefined}
      title={`${words} (${pressToLabel(press)})`}
    >
      <Icon icon={icon} />
      {waiting > 0 && <Sign status="needs_you" />}
    </Link>
  );
}
