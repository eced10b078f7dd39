/** The page's addresses: `/` is Home, `/s/ID` a session. A screen beyond the session is a lazy one. */
import { SessionPage } from "./panes/SessionPage.tsx";
import type { Route } from "./router.tsx";
import { lazyPart } from "./ui/lazy-part.tsx";

/** The first page, and what stands in place of an unknown address. */
export const Home = lazyPart("HomeScreen", () => import("./home/HomeScreen.tsx"));
const MoreScreen = lazyPart("MoreScreen", () => import("./shell/MoreScreen.tsx"));
const ArchivedScreen = lazyPart("ArchivedScreen", () => import("./archive/ArchivedScreen.tsx"));
const ActivityScreen = lazyPart("ActivityScreen", () => import("./timeline/ActivityScreen.tsx"));
const MessagesScreen = lazyPart("MessagesScreen", () => import("./mail/MessagesScreen.tsx"));
const SettingsScreen = lazyPart("SettingsScreen", () => import("./settings/SettingsScreen.tsx"));
const GatewaysScreen = lazyPart("GatewaysScreen", () => import("./gateways/GatewaysScreen.tsx"));
const GatewayScreen = lazyPart("GatewayScreen", () => import("./gateways/GatewayScreen.tsx"));
const ImportScreen = lazyPart("ImportScreen", () => import("./gateways/ImportScreen.tsx"));
const ProvidersScreen = lazyPart("ProvidersScreen", () => import("./providers/ProvidersScreen.tsx"));
const SchedulesScreen = lazyPart("SchedulesScreen", () => import("./schedule/SchedulesScreen.tsx"));
const SpendScreen = lazyPart("SpendScreen", () => import("./spend/SpendScreen.tsx"));
const Roster = lazyPart("Roster", () => import("./roster/Roster.tsx"));

export const routes: readonly Route[] = [
  { path: "/", screen: () => <Home /> },
  // On a phone the list has the screen for itself; where it stands beside the screen, that is Home.
  { path: "/sessions", screen: () => <Home /> },
  { path: "/s/$sessionId", screen: SessionPage },
  { path: "/more", screen: () => <MoreScreen /> },
  { path: "/archived", screen: () => <ArchivedScreen /> },
  { path: "/settings", screen: () => <SettingsScreen /> },
  { path: "/bots", screen: () => <Roster /> },
  { path: "/activity", screen: () => <ActivityScreen /> },
  { path: "/messages", screen: () => <MessagesScreen /> },
  { path: "/schedules", screen: () => <SchedulesScreen /> },
  { path: "/spend", screen: () => <SpendScreen /> },
  { path: "/providers", screen: () => <ProvidersScreen /> },
  { path: "/gateways", screen: () => <GatewaysScreen /> },
  { path: "/gateways/import", screen: () => <ImportScreen /> },
  { path: "/gateways/$gatewayId", screen: () => <GatewayScreen /> },
];
