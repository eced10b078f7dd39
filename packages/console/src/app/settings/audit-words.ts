/** Says what a line of the audit did, in words; an action without words of its own is shown as it is named. */

const wordsByAction: Readonly<Record<string, string>> = {
  bot: "Bots",
  ask: "Questions and answers",
  approval: "Approval rules",
  hold: "Stops",
  login: "Sign-ins",
  links: "Links",
  secret: "Secrets",
  provider: "Providers",
  mcp: "MCP servers",
  gateway: "Gateways",
  session: "Sessions",
  "bot.create": "created a bot",
  "bot.change": "changed",
  "bot.pause": "paused",
  "bot.resume": "resumed",
  "bot.delete": "deleted a bot",
  "session.delete": "deleted a session",
  "ask.open": "asked a question",
  "ask.answer": "answered a question",
  "ask.hold": "answered a question",
  "ask.undo": "took an answer back",
  "approval.put": "set an approval rule",
  "approval.delete": "revoked an approval rule",
  "hold.put": "stopped",
  "hold.end": "resumed what was stopped",
  "turn.cancel": "stopped a turn",
  "login.open": "signed in",
  "login.end": "signed a device out",
  "login.endOthers": "signed out all other devices",
  "login.code": "created a sign-in code",
  "links.put": "changed the links",
  "secret.put": "stored a secret",
  "secret.delete": "deleted a secret",
};

export function actionWords(action: string): string {
  return wordsByAction[action] ?? action;
}
