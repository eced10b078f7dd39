import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { encodeTextFrames } from "./text-frames.ts";

test("frames of every length and any letters are read as they were written, between those of the library", async () => {
  const texts = ["", "a", ...[125, 126, 127, 65_535, 65_536, 200_001].flatMap((n) => ["x".repeat(n), "é".repeat(n)])];
  texts.push('日本語 🐟 \0 "end"', "\u{1F420}".repeat(40_000));
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await once(server, "listening");
  server.on("connection", (peer, request) => {
    peer.send("first");
    (request.socket as Socket).write(encodeTextFrames(texts));
    peer.ping();
    peer.send("last");
    peer.close();
  });
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const seen: string[] = [];
  client.on("message", (data, isBinary) => seen.push(isBinary ? "binary" : data.toString()));
  await once(client, "close");
  server.close();
  expect(seen).toEqual(["first", ...texts, "last"]);
});

test("half letters become U+FFFD, as in any text that is sent, and no text is no byte", () => {
  expect(encodeTextFrames(["\ud83d"]).subarray(2).toString()).toBe("\ufffd");
  expect(encodeTextFrames([])).toHaveLength(0);
});
