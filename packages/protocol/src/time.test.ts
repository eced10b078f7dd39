import { expect, it } from "vitest";
import { GivenTime } from "./time.ts";

it("takes a time as people and programs write it, and gives it in UTC", () => {
  const rows = {
    "2026-01-31T12:00:00.000Z": "2026-01-31T12:00:00.000Z",
    "2026-01-31T12:00:00Z": "2026-01-31T12:00:00.000Z",
    "2026-01-31T12:00Z": "2026-01-31T12:00:00.000Z",
    "2026-01-31t12:00:00z": "2026-01-31T12:00:00.000Z",
    "2026-01-31T12:00:00.123456+00:00": "2026-01-31T12:00:00.123Z",
    "2026-01-31T12:00:00+02:00": "2026-01-31T10:00:00.000Z",
    "2026-01-31T12:00:00-0330": "2026-01-31T15:30:00.000Z",
    // Without an offset it is UTC, whatever the server's time zone; a day begins at its midnight.
    "2026-01-31T12:00:00": "2026-01-31T12:00:00.000Z",
    "2026-01-31 12:00": "2026-01-31T12:00:00.000Z",
    "2026-01-31": "2026-01-31T00:00:00.000Z",
    // A plus sign in a query that was not escaped.
    "2026-01-31T12:00:00 02:00": "2026-01-31T10:00:00.000Z",
  };
  for (const [given, time] of Object.entries(rows)) expect([given, GivenTime.parse(given)]).toEqual([given, time]);
});

it("refuses what is no time, no day, or outside four digits of a year", () => {
  for (const given of [
    "",
    "soon",
    "2026",
    "2026-01",
    "2026-1-31",
    "2026-13-01",
    "2026-02-30",
    "2026-02-30T00:00:00Z",
    "2026-01-31T25:00:00Z",
    "2026-01-31T12:60:00Z",
    "2026-01-31T12:00:00+99:00",
    "9999-12-31T23:59:59-23:59",
    "0000-01-01T00:00:00+23:59",
    "+010000-01-01T00:00:00Z",
    1_769_860_800_000,
    null,
  ]) {
    expect([given, GivenTime.safeParse(given).success]).toEqual([given, false]);
  }
});
