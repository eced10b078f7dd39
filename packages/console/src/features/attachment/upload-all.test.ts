import { AppError } from "@reef/protocol/error";
import { maxAttachments } from "@reef/protocol/file-limits";
import { expect, test } from "vitest";
import { attachmentOf, createAttachments, readyFiles } from "../../data/attachments.ts";
import { makeFile, sessionId } from "../../testing/nouns.ts";
import { addFiles, failureOf, removeFile } from "./upload-all.ts";

const session = sessionId("a");
const drawn = () => new File(["x"], "x.bin");

test("a message takes 20 files; how many were left out is told", () => {
  const attachments = createAttachments({ baseUrl: "" });
  attachments.change(session, () => [attachmentOf(makeFile("before"))]);
  expect(addFiles(attachments, session, Array.from({ length: 25 }, drawn))).toBe(6);
  expect(attachments.of(session)).toHaveLength(maxAttachments);
  expect(addFiles(attachments, session, [drawn()])).toBe(1);
});

test("a file that is removed while it is uploaded is not uploaded any more", () => {
  const attachments = createAttachments({ baseUrl: "" });
  addFiles(attachments, session, [drawn()]);
  const [added] = attachments.of(session);
  removeFile(attachments, session, added!.key);
  expect(added).toMatchObject({ state: "uploading", stop: { signal: { aborted: true } } });
  expect(attachments.of(session)).toEqual([]);
});

test("the files of one session are none of another's, and only those on the server go with a message", () => {
  const attachments = createAttachments({ baseUrl: "" });
  const seen: number[] = [];
  attachments.subscribe(() => seen.push(attachments.of(session).length));
  const shot = makeFile("shot");
  attachments.change(session, () => [attachmentOf(shot)]);
  addFiles(attachments, session, [drawn()]);
  expect(readyFiles(attachments.of(session))).toEqual([shot]);
  expect(attachments.of(sessionId("b"))).toEqual([]);
  expect(attachments.of(sessionId("b"))).toBe(attachments.of(sessionId("b")));
  expect(seen).toEqual([1, 2]);
});

test("a failure says what a person can do: a file that is too large is not tried again", () => {
  const video = { mediaType: "video/mp4", sizeBytes: 31_000_000 };
  expect(failureOf(new AppError("payload_too_large", "…"), video)).toEqual({
    reason: "This file is 31 MB. The limit is 20 MB.",
    isTryable: false,
  });
  expect(failureOf(new AppError("unavailable", "the server cannot be reached"), video)).toEqual({
    reason: "Couldn't reach the server.",
    isTryable: true,
  });
  expect(failureOf(new AppError("unavailable", "the disk is full"), video)).toEqual({
    reason: "The disk is full.",
    isTryable: true,
  });
  expect(failureOf(new DOMException("gone", "NotReadableError"), video).reason).toBe("This file couldn't be read.");
});
