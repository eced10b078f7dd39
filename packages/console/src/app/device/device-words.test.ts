import { expect, test } from "vitest";
import { addedWords, codeAddress, isLoopback } from "./device-words.ts";

test("an address that only this machine reaches is known as one", () => {
  for (const name of ["localhost", "LOCALHOST", "reef.localhost", "127.0.0.1", "127.1.2.3", "[::1]", "::1"]) {
    expect([name, isLoopback(name)]).toEqual([name, true]);
  }
  for (const name of ["reef.example", "192.168.1.5", "127.0.0.1.example", "mylocalhost", "[fe80::1]", "128.0.0.1"]) {
    expect([name, isLoopback(name)]).toEqual([name, false]);
  }
});

test("SE3: the code stands where no server sees it", () => {
  expect(codeAddress("https://reef.example", "a-b_c")).toBe("https://reef.example/#code=a-b_c");
});

test("a device says who let it in", () => {
  const by = (kind: "start" | "token" | "device" | "unknown", name: string | null = null) =>
    addedWords({ addedBy: { kind, deviceId: null, name } });
  expect(by("device", "Chrome on Linux")).toBe("added by Chrome on Linux");
  expect(by("device")).toBe("added by another device");
  expect(new Set([by("start"), by("token"), by("unknown")]).size).toBe(3);
});
