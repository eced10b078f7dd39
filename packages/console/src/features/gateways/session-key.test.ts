import { expect, test } from "vitest";
import { sessionId } from "../../testing/nouns.ts";
import { keyOfSession, outsideAddress } from "./session-key.ts";

test("a session of Reef has a key of its own over there, an adopted one keeps its key", () => {
  expect(keyOfSession({ id: sessionId("0198-AB"), mirrors: null }, "Main")).toBe("agent:main:reef-0198-ab");
  const mirrors = { gatewayId: "gtw_1" as never, key: "agent:main:Topic" };
  expect(keyOfSession({ id: sessionId("1"), mirrors }, "main")).toBe("agent:main:Topic");
});

test("the address of a session in OpenClaw's own pages follows the gateway's", () => {
  expect(outsideAddress("ws://127.0.0.1:18789", "agent:main:main")).toBe(
    "http://127.0.0.1:18789/chat?session=agent%3Amain%3Amain",
  );
  expect(outsideAddress("wss://claw.example/base/", "agent:a:b")).toBe(
    "https://claw.example/base/chat?session=agent%3Aa%3Ab",
  );
  expect(outsideAddress("nonsense", "agent:a:b")).toBeNull();
});
