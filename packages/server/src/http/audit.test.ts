/** Tests the audit over HTTP: who did what, as list, file and verdict. */
import { expect, test } from "vitest";
import { serve } from "../testing/serve.ts";

test("AU1: what a person changes is theirs, by token and by login; logins leave lines; nothing secret is in them", async () => {
  await using reef = await serve();
  const session = await reef.newSession();
  await reef.client.putSecret("lab-key", { value: "sk-never-to-be-seen" });
  const login = await fetch(`${reef.server.url}/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: reef.server.makeLoginCode() }),
  });
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  const origin = reef.server.url;
  await fetch(`${origin}/v1/bots/${session.botId}/pause`, { method: "POST", headers: { cookie, origin } });
  const { items } = await reef.client.audit();
  const said = items.map(({ actor, action }) => `${actor.kind} ${actor.via} ${action}`);
  expect(said).toEqual([
    "person login bot.pause",
    "person login login.open",
    "person token secret.put",
    "person token bot.create",
  ]);
  expect(items[0]?.actor.id).toBe((await reef.client.devices()).items[0]?.id);
  expect(JSON.stringify(items)).not.toContain("sk-never");

  expect((await reef.client.audit({ actor: items[0]?.actor.id ?? "" })).items).toHaveLength(2);
  expect((await reef.client.audit({ action: "secret", actor: "person" })).items).toHaveLength(1);
  expect(await reef.client.verifyAudit()).toMatchObject({ ok: true, lines: 4, head: items[0]?.hash, problem: null });
});

test("AU1: the export has every line, oldest first, as JSON lines or as CSV that no spreadsheet runs", async () => {
  await using reef = await serve();
  await reef.client.createBot({ name: '=1+1,"x"\ny', runtime: "loop" }).catch(() => undefined);
  await reef.client.createBot({ name: "plain", runtime: "loop" });
  await reef.client.stop({ scope: "all", hold: true, reason: "=cmd" });
  const json = await (await reef.request("GET", "/v1/audit/export")).text();
  const lines = json
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly seq: number });
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
  const answer = await reef.request("GET", "/v1/audit/export?format=csv&action=hold");
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  const csv = await answer.text();
  expect(csv.split("\r\n")[0]).toBe("seq,at,actor,actorId,via,action,subject,details,previous,hash");
  expect(csv).toContain('"{""scope"":""everything"",""reason"":""=cmd""}"');
  expect(csv.split("\r\n")).toHaveLength(3);
  expect((await reef.request("GET", "/v1/audit/export?format=pdf")).status).toBe(400);
  expect((await reef.request("GET", "/v1/audit?from=yesterday")).status).toBe(400);
});

test("AU1: lines older than the settings allow are deleted at the start", async () => {
  await using reef = await serve({ config: { auditDays: 1 } });
  await reef.newSession();
  expect((await reef.client.audit()).items.map(({ action }) => action)).toEqual(["bot.create"]);
});
