/** The page's addresses: `/` is the list's own screen, `/s/ID` a session. A screen beyond these two is a lazy one. */
import { lazy } from "react";
import { SessionPage } from "./panes/SessionPage.tsx";
import type { Route } from "./router.tsx";
import { Home } from "./shell/Home.tsx";

const ArchivedScreen = lazy(async () => ({ default: (await import("./archive/ArchivedScreen.tsx")).ArchivedScreen }));
const ActivityScreen = lazy(async () => ({ default: (await import("./timeline/ActivityScreen.tsx")).ActivityScreen }));
const MessagesScreen = lazy(async () => ({ default: (await import("./mail/MessagesScreen.tsx")).MessagesScreen }));
const SettingsScreen = lazy(async () => ({ default: (await import("./settings/SettingsScreen.tsx")).SettingsScreen }));
const GatewaysScreen = lazy(async () => ({ default: (await import("./gateways/GatewaysScreen.tsx")).GatewaysScreen }));
const GatewayScreen = lazy(async () => ({ default: (await import("./gateways/GatewayScreen.tsx")).GatewayScreen }));
const ImportScreen = lazy(async () => ({ default: (await import("./gateways/ImportScreen.tsx")).ImportScreen }));
const ProvidersScreen = lazy(async () => ({
  default: (await import("./providers/ProvidersScreen.tsx")).ProvidersScreen,
}));
const SchedulesScreen = lazy(async () => ({
  default: (await import("./schedule/SchedulesScreen.tsx")).SchedulesScreen,
}));
const SpendScreen = lazy(async () => ({ default: (await import("./spend/SpendScreen.tsx")).SpendScreen }));
const Roster = lazy(async () => ({ default: (await import("./roster/Roster.tsx")).Roster }));

export const routes: readonly Route[] = [
  { path: "/", screen: Home },
  { path: "/s/$sessionId", screen: SessionPage },
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
