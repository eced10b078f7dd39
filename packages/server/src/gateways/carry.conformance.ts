/**
 * Tests that names, pins, archive and read marks are carried both ways: the same suite for the double and the real
 * gateway.
 */
import type { Session } from "@reef/protocol/session";
import { type GatewayAddress, openSide, type Side } from "@reef/runtimes/openclaw/testing/drive";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, type Joined, serveJoined } from "../testing/join.ts";

type Row = Readonly<Record<"label" | "pinned" | "archived" | "unread" | "sessionId", unknown>>;

export function describeCarry(name: string, open: () => Promise<GatewayAddress>): void {
  describe(`what is carried to and from the ${name} gateway`, { timeout: 300_000 }, () => {
    let there: Side;
    let reef: Joined;
    beforeAll(async () => {
      const place = await open();
      there = openSide(place);
      await there.connection.ready(AbortSignal.timeout(200_000));
      reef = await serveJoined(place as never);
      await reef.ready();
    });
    afterAll(async () => {
      await reef[Symbol.asyncDispose]();
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
      eventually(async () => is(await reef.client.session(id)));
    const isWaiting = async (id: Session["id"], text: string) => {
      const sent = await reef.client.sendMessage(id, { text });
      await eventually(async () => (await reef.client.message(sent.id)).state === "answered", 200_000);
    };

    async function started(title: string): Promise<Session> {
      const bot = await reef.client.adoptAgent(reef.gatewayId, "main");
      const session = await reef.client.createSession({ botId: bot.id, title: `${title} ${own}` });
      await isWaiting(session.id, "hello [[say=hi]]");
      return session;
    }

    test("a session made here is pinned there only when a person pins it, and read there when it is read here", async () => {
      const session = await started("plain");
      const key = keyOf(session);
      expect(await rowOf(key)).toMatchObject({ label: session.title, pinned: false });
      await reef.client.readSession(session.id);
      await thereIs(key, { unread: false });
      await reef.client.changeSession(session.id, { pinned: true });
      await thereIs(key, { pinned: true });
      await set(key, { pinned: false });
      await hereIs(session.id, ({ pinned }) => !pinned);
    });

    test("a name goes both ways, also of an adopted session", async () => {
      const session = await started("names");
      await reef.client.changeSession(session.id, { title: `renamed here ${own}` });
      await thereIs(keyOf(session), { label: `renamed here ${own}` });
      await set(keyOf(session), { label: `renamed there ${own}` });
      await hereIs(session.id, ({ title }) => title === `renamed there ${own}`);
      const key = `agent:main:carry-${own}`;
      await there.connection.request("sessions.create", { agentId: "main", key, label: `theirs ${own}` });
      await eventually(async () => (await reef.client.gatewaySessions(reef.gatewayId, { q: key })).items.length === 1);
      const adopted = await reef.client.adoptGatewaySession(reef.gatewayId, key);
      expect(adopted.title).toBe(`theirs ${own}`);
      await set(key, { label: `theirs again ${own}` });
      await hereIs(adopted.id, ({ title }) => title === `theirs again ${own}`);
      await reef.client.changeSession(adopted.id, { title: `mine now ${own}` });
      await thereIs(key, { label: `mine now ${own}` });
    });

    test("archived and restored on one side is so on the other; who writes to it restores it", async () => {
      const session = await started("archive");
      const key = keyOf(session);
      await reef.client.archiveSession(session.id);
      await thereIs(key, { archived: true });
      await reef.client.restoreSession(session.id);
      await thereIs(key, { archived: false });
      await set(key, { archived: true });
      await hereIs(session.id, ({ archivedAt }) => archivedAt !== null);
      await set(key, { archived: false });
      await hereIs(session.id, ({ archivedAt }) => archivedAt === null);
    });

    test("marked read and unread on one side is so on the other", async () => {
      const session = await started("marks");
      const key = keyOf(session);
      await reef.client.readSession(session.id);
      await thereIs(key, { unread: false });
      await reef.client.unreadSession(session.id);
      await thereIs(key, { unread: true });
      await set(key, { unread: false });
      await hereIs(session.id, ({ unread }) => unread === 0);
      await set(key, { unread: true });
      await hereIs(session.id, ({ unread }) => unread > 0);
    });

    test("what was changed while they were apart is carried when they meet", async () => {
      const [a, b] = [await started("apart a"), await started("apart b")];
      await reef.client.readSession(a.id);
      await thereIs(keyOf(a), { unread: false });
      reef = await reef.restart(async () => {
        await set(keyOf(a), { label: `a there ${own}`, pinned: true });
        await set(keyOf(b), { archived: true });
      });
      await hereIs(a.id, ({ title, pinned }) => title === `a there ${own}` && pinned);
      await hereIs(b.id, ({ archivedAt }) => archivedAt !== null);
    });
  });
}
