/** Defines the page's addresses: `/` is Home, `/s/ID` a session. All other screens are lazy. */

import { lazyPart } from "../ui/lazy-part.tsx";
import type { Route } from "../ui/router.tsx";
import { SessionPage } from "./panes/SessionPage.tsx";

/** The first page, and the page for unknown addresses. */
export const Home = lazyPart("HomeScreen", () => import("../features/home/HomeScreen.tsx"));
const MoreScreen = lazyPart("MoreScreen", () => import("./shell/MoreScreen.tsx"));
const ArchivedScreen = lazyPart("ArchivedScreen", () => import("../features/archive/ArchivedScreen.tsx"));
const ActivityScreen = lazyPart("ActivityScreen", () => import("../features/timeline/ActivityScreen.tsx"));
const MessagesScreen = lazyPart("MessagesScreen", () => import("../features/mail/MessagesScreen.tsx"));
const SettingsScreen = lazyPart("SettingsScreen", () => import("./settings/SettingsScreen.tsx"));
const GatewaysScreen = lazyPart("GatewaysScreen", () => import("../features/gateways/GatewaysScreen.tsx"));
const GatewayScreen = lazyPart("GatewayScreen", () => import("../features/gateways/GatewayScreen.tsx"));
const ImportScreen = lazyPart("ImportScreen", () => import("../features/gateways/ImportScreen.tsx"));
const ProvidersScreen = lazyPart("ProvidersScreen", () => import("../features/providers/ProvidersScreen.tsx"));
const SchedulesScreen = lazyPart("SchedulesScreen", () => import("../features/schedule/SchedulesScreen.tsx"));
const SpendScreen = lazyPart("SpendScreen", () => import("../features/spend/SpendScreen.tsx"));
const FleetScreen = lazyPart("FleetScreen", () => import("../features/fleet/FleetScreen.tsx"));
const SkillsScreen = lazyPart("SkillsScreen", () => import("../features/skills/SkillsScreen.tsx"));
const SkillScreen = lazyPart("SkillScreen", () => import("../features/skills/SkillScreen.tsx"));
const TasksScreen = lazyPart("TasksScreen", () => import("../features/tasks/TasksScreen.tsx"));
const ToolsScreen = lazyPart("ToolsScreen", () => import("../features/tools/ToolsScreen.tsx"));
const Roster = lazyPart("Roster", () => import("../features/roster/Roster.tsx"));

export const routes: readonly Route[] = [
  { path: "/", screen: () => <Home /> },
  // On a phone the list has the screen to itself; where it is beside the screen, that shows Home.
  { path: "/sessions", screen: () => <Home /> },
  { path: "/s/$sessionId", screen: SessionPage },
  { path: "/more", screen: () => <MoreScreen /> },
  { path: "/archived", screen: () => <ArchivedScreen /> },
  { path: "/settings", screen: () => <SettingsScreen /> },
  { path: "/fleet", screen: () => <FleetScreen /> },
  { path: "/skills", screen: () => <SkillsScreen /> },
  { path: "/skills/$skillId", screen: () => <SkillScreen /> },
  { path: "/bots", screen: () => <Roster /> },
  { path: "/activity", screen: () => <ActivityScreen /> },
  { path: "/messages", screen: () => <MessagesScreen /> },
  { path: "/schedules", screen: () => <SchedulesScreen /> },
  { path: "/spend", screen: () => <SpendScreen /> },
  { path: "/providers", screen: () => <ProvidersScreen /> },
  { path: "/tasks", screen: () => <TasksScreen /> },
  { path: "/tools", screen: () => <ToolsScreen /> },
  { path: "/gateways", screen: () => <GatewaysScreen /> },
  { path: "/gateways/import", screen: () => <ImportScreen /> },
  { path: "/gateways/$gatewayId", screen: () => <GatewayScreen /> },
];
