/** Tests what every store keeps of files, and when it forgets them (MB11). */
import type { FileRef, StoredFile } from "@reef/protocol/file";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { entrySeed, messageSeed, openKit, type StoreKit, sessionSeed, settleOp } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";

async function file(kit: StoreKit, rest?: Partial<StoredFile>): Promise<FileRef> {
  const ref: FileRef = { id: makeId("file"), name: "plan.pdf", mediaType: "application/pdf", sizeBytes: 7 };
  await kit.commit({ op: "file.create", file: { ...ref, sha256: "a".repeat(64), ...rest } });
  return ref;
}

export function describeStoreFiles(name: string, open: OpenEmptyStore): void {
  describe(`files in the ${name} store`, () => {
    it("MB11: a file is kept as it was made; one that is not there is told from one that is", async () => {
      await using kit = await openKit(open);
      const picture = { id: makeId("file"), name: "a.png", mediaType: "image/png", sizeBytes: 70, width: 3, height: 2 };
      const seed = { ...picture, sha256: "b".repeat(64) };
      await kit.commit({ op: "file.create", file: seed });
      const other = await file(kit);
      expect(await kit.store.read.file(seed.id)).toEqual({ ...seed, createdAt: kit.now() });
      expect(await kit.store.read.file(makeId("file"))).toBeNull();
      const found = await kit.store.read.files([other.id, makeId("file"), seed.id, other.id]);
      expect(found.map(({ id }) => id)).toEqual([other.id, seed.id, other.id]);
      const hashes = ["a", "b", "c"].map((letter) => letter.repeat(64));
      expect((await kit.store.read.knownHashes(hashes)).toSorted()).toEqual(hashes.slice(0, 2));
      expect(await kit.store.read.knownHashes([])).toEqual([]);
      await expect(kit.commit({ op: "file.create", file: seed })).rejects.toMatchObject({ code: "conflict" });
    });

    it("MB5, MB11: a message brings its files into the transcript, and both tell them", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const attachments = [await file(kit), await file(kit, { name: "b.pdf" })];
      const { events } = await kit.commit({
        op: "message.send",
        message: messageSeed(session, { text: "", attachments }),
      });
      expect(events).toContainEqual(
        expect.objectContaining({ type: "message.changed", message: expect.objectContaining({ attachments }) }),
      );
      const claim = await kit.claimOne();
      expect(claim.messages).toMatchObject([{ attachments }]);
      const [entry] = await kit.store.read.entries(session, { limit: 10 });
      expect(entry).toMatchObject({ kind: "person", text: "", attachments });
      const first = attachments[0] as FileRef;
      const other = await kit.session();
      expect(await kit.store.read.fileOfSession(session, first.id)).toMatchObject(first);
      expect(await kit.store.read.fileOfSession(other, first.id)).toBeNull();
      expect(await kit.store.read.fileOfSession(session, makeId("file"))).toBeNull();
      expect(await kit.store.read.session(session)).toMatchObject({
        lastText: "[Attached files: “plan.pdf”, “plan.pdf”]",
      });
      const plain = await kit.message(await kit.send(session));
      expect("attachments" in plain).toBe(false);
    });

    it("MB11: nothing names a file that is not there, and the unit that would changes nothing", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const { id: _, ...rest } = await file(kit);
      const attachments = [{ id: makeId("file"), ...rest }];
      const message = messageSeed(session, { attachments });
      const refused = { code: "invalid_request", message: expect.stringContaining(attachments[0]?.id ?? "") };
      await expect(kit.commit({ op: "message.send", message })).rejects.toMatchObject(refused);
      const entry = entrySeed(session, "seen", { attachments });
      await expect(kit.commit({ op: "entry.append", entry })).rejects.toMatchObject(refused);
      expect(await kit.store.read.message(message.id)).toBeNull();
      expect(await kit.texts(session)).toEqual([]);
    });

    it("MB2: files are part of the body under a key", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const [one, two] = [await file(kit), await file(kit)];
      const send = (attachments: FileRef[] | undefined) =>
        kit.commit({
          op: "message.send",
          message: messageSeed(session, { idempotencyKey: "k", ...(attachments && { attachments }) }),
        });
      await send([one, two]);
      expect((await send([one, two])).existing).toHaveLength(1);
      for (const other of [[two, one], [one], undefined]) {
        await expect(send(other)).rejects.toMatchObject({ code: "idempotency_mismatch" });
      }
    });

    it("MB11: a file goes with the last session that names it, and its fork keeps it", async () => {
      await using kit = await openKit(open);
      const botId = await kit.bot();
      const [first, second] = [await kit.session(botId), await kit.session(botId)];
      const [shared, own, later] = [await file(kit), await file(kit), await file(kit)];
      await kit.commit({ op: "entry.append", entry: entrySeed(first, "one", { attachments: [shared, own] }) });
      await kit.commit({ op: "entry.append", entry: entrySeed(first, "two", { attachments: [later] }) });
      await kit.commit({ op: "message.send", message: messageSeed(second, { attachments: [shared] }) });
      const fork = sessionSeed(botId);
      await kit.commit(
        { op: "session.create", session: fork },
        { op: "session.fork", from: first, to: fork.id, throughSeq: 1 },
      );
      const there = async () => (await kit.store.read.files([shared.id, own.id, later.id])).map(({ id }) => id);
      expect((await kit.store.read.entries(fork.id, { limit: 10 }))[0]?.attachments).toEqual([shared, own]);
      await kit.commit({ op: "session.delete", id: first });
      expect(await there()).toEqual([shared.id, own.id]);
      await kit.commit({ op: "session.delete", id: fork.id });
      expect(await there()).toEqual([shared.id]);
      await kit.commit({ op: "bot.delete", id: botId });
      expect(await there()).toEqual([]);
    });

    it("MB11: a sweep forgets what nothing ever named, from a time on, and nothing else", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const [named, old] = [await file(kit), await file(kit)];
      await kit.send(session, { attachments: [named] });
      kit.clock.advance(1_000);
      const before = kit.now();
      const young = await file(kit);
      await kit.commit({ op: "file.sweep", before });
      const left = await kit.store.read.files([named.id, old.id, young.id]);
      expect(left.map(({ id }) => id)).toEqual([named.id, young.id]);
    });

    it("MB6, MB11: a message that is tried again keeps its files, and its notice names them", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const attachments = [await file(kit)];
      const id = await kit.send(session, { text: "", attachments });
      await kit.turn(await kit.claimOne(), settleOp({ state: "failed", messages: "dead", error: "boom" }));
      await kit.commit({ op: "message.retry", id });
      expect(await kit.message(id)).toMatchObject({ state: "queued", attachments });
      await kit.claimOne();
      expect(await kit.texts(session)).toEqual(["", "Tried again: [Attached file: “plan.pdf”]"]);
    });

    it("a file's name finds its entry, and stands in the lines of memory", async () => {
      await using kit = await openKit(open);
      const botId = await kit.bot();
      const session = await kit.session(botId);
      const attachments = [{ ...(await file(kit)), name: "budget-2026.xlsx" }];
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "here", { kind: "person", attachments }) });
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "", { kind: "person", attachments }) });
      await kit.commit({ op: "memory.capture", sessionId: session });
      const { items } = await kit.store.read.search("budget", { limit: 10, cursor: null });
      expect(items.map(({ snippet }) => snippet)).toHaveLength(2);
      const memories = await kit.store.read.memories(botId, {}, { limit: 10, cursor: null });
      const name = "[Attached file: “budget-2026.xlsx”]";
      expect(memories.items.map(({ text }) => text).toSorted()).toEqual([name, `here\n\n${name}`]);
    });
  });
}
