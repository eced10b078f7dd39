/** Names, pins, archive and read marks, carried both ways: the same suite over the double and over the real gateway. */
import type { Session } from "@reef/protocol/session";
import { type GatewayAddress, openSide, type Side } from "@reef/runtimes/openclaw/testing/drive";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, type Joined, serveJoined } from "../testing/join.ts";

type Row = Readonly<Record<"label" | "pinned" | "archived" | "unread" | "sessionId", unknown>>;

export function describeCarry(name: string, open: () => Promise<GatewayAddress>): void {
  describe(`what is carried to and from the ${name} gateway`, { timeout: 300_000 }, () => {
    let there: Side;
    let it: Joined;
    beforeAll(async () => {
      const place = await open();
      there = openSide(place);
      await there.connection.ready(AbortSignal.timeout(200_000));
      it = await serveJoined(place as never);
      await it.ready();
    });
    afterAll(async () => {
      await it[Symbol.asyncDispose]();
      await there[Symbol.asyncDispose]();
    });

    const own = crypto.randomUUID().slice(0, 8);
    const keyOf = ({ id }: Session) => `agent:main:reef-${id.slice("ses_".length)}`;
    const rowOf = async (key: string) =>
      ((await there.connection.request("sessions.describe", { key })) as { readonly session: Row }).session;
    const set = async (key: string, fields: object) => {
      const { sessionId } = await rowOf(key);
      const guard = "archived" in fields ? { expectedSessionId: sessionId } : {};
      await there.connection.request("sessions.patch", { key, ...fields, ...guard });
    };
    const thereIs = (key: string, fields: Partial<Row>) =>
      eventually(async () => {
        const row = await rowOf(key);
        return Object.entries(fields).every(([field, value]) => (row[field as keyof Row] ?? false) === value);
      });
    const hereIs = (id: Session["id"], is: (session: Session) => boolean) =>
      eventually(async () => is(await it.client.session(id)));
    const isWaiting = async (id: Session["id"], text: string) => {
      const sent = await it.client.sendMessage(id, { text });
      await eventually(async () => (await it.client.message(sent.id)).state === "answered", 200_000);
    };

    async function started(title: string): Promise<Session> {
      const bot = await it.client.adoptAgent(it.gatewayId, "main");
      const session = await it.client.createSession({ botId: bot.id, title: `${title} ${own}` });
      await isWaiting(session.id, "hello [[say=hi]]");
      return session;
    }

    test("a session made here is pinned there only when a person pins it, and read there when it is read here", async () => {
      const session = await started("plain");
      const key = keyOf(session);
      expect(await rowOf(key)).toMatchObject({ label: session.title, pinned: false });
      await it.client.readSession(session.id);
      await thereIs(key, { unread: false });
      await it.client.changeSession(session.id, { pinned: true });
      await thereIs(key, { pinned: true });
      await set(key, { pinned: false });
      await hereIs(session.id, ({ pinned }) => !pinned);
    });

    test("a name goes both ways, also of an adopted session", async () => {
      const session = await started("names");
      await it.client.changeSession(session.id, { title: `renamed here ${own}` });
      await thereIs(keyOf(session), { label: `renamed here ${own}` });
      await set(keyOf(session), { label: `renamed there ${own}` });
      await hereIs(session.id, ({ title }) => title === `renamed there ${own}`);
      const key = `agent:main:carry-${own}`;
      await there.connection.request("sessions.create", { agentId: "main", key, label: `theirs ${own}` });
      await eventually(async () => (await it.client.gatewaySessions(it.gatewayId, { q: key })).items.length === 1);
      const adopted = await it.client.adoptGatewaySession(it.gatewayId, key);
      expect(adopted.title).toBe(`theirs ${own}`);
      await set(key, { label: `theirs again ${own}` });
      await hereIs(adopted.id, ({ title }) => title === `theirs again ${own}`);
      await it.client.changeSession(adopted.id, { title: `mine now ${own}` });
      await thereIs(key, { label: `mine now ${own}` });
    });

    test("archived and restored on one side is so on the other; who writes to it restores it", async () => {
      const session = await started("archive");
      const key = keyOf(session);
      await it.client.archiveSession(session.id);
      await thereIs(key, { archived: true });
      await it.client.restoreSession(session.id);
      await thereIs(key, { archived: false });
      await set(key, { archived: true });
      await hereIs(session.id, ({ archivedAt }) => archivedAt !== null);
      await set(key, { archived: false });
      await hereIs(session.id, ({ archivedAt }) => archivedAt === null);
    });

    test("marked read and unread on one side is so on the other", async () => {
      const session = await started("marks");
      const key = keyOf(session);
      await it.client.readSession(session.id);
      await thereIs(key, { unread: false });
      await it.client.unreadSession(session.id);
      await thereIs(key, { unread: true });
      await set(key, { unread: false });
      await hereIs(session.id, ({ unread }) => unread === 0);
      await set(key, { unread: true });
      await hereIs(session.id, ({ unread }) => unread > 0);
    });

    test("what was changed while they were apart is carried when they meet", async () => {
      const [a, b] = [await started("apart a"), await started("apart b")];
      await it.client.readSession(a.id);
      await thereIs(keyOf(a), { unread: false });
      it = await it.restart(async () => {
        await set(keyOf(a), { label: `a there ${own}`, pinned: true });
        await set(keyOf(b), { archived: true });
      });
      await hereIs(a.id, ({ title, pinned }) => title === `a there ${own}` && pinned);
      await hereIs(b.id, ({ archivedAt }) => archivedAt !== null);
    });
  });
}
