import { expect, it } from "vitest";
import { readTraceSettings } from "./trace-settings.ts";

const urlOf = (environment: Record<string, string>) => readTraceSettings(environment).settings?.url ?? null;

it("nothing is sent unless an address is set", () => {
  for (const environment of [
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: "" },
    { OTEL_SERVICE_NAME: "x" },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_SDK_DISABLED: "true" },
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_TRACES_EXPORTER: "none" },
  ]) {
    expect(readTraceSettings(environment)).toEqual({ settings: null, problem: null });
  }
});

it("the address of all signals gets the path of traces, and that of traces is taken as it is", () => {
  const shared = "http://127.0.0.1:4318";
  expect(urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: shared })).toBe(`${shared}/v1/traces`);
  expect(urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: ` ${shared}/base// ` })).toBe(`${shared}/base/v1/traces`);
  expect(
    urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: shared, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://t.example/x" }),
  ).toBe("https://t.example/x");
});

it("what cannot be used is a problem in words, and stops no start", () => {
  for (const [environment, words] of [
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317" }, /OTEL_EXPORTER_OTLP_ENDPOINT: expected/],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "not an address" }, /TRACES_ENDPOINT: expected/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4317", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, /over HTTP/],
  ] as const) {
    expect(readTraceSettings(environment)).toEqual({ settings: null, problem: expect.stringMatching(words) });
  }
});

it("content is sent only if that is asked for by its own variable", () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };
  expect(readTraceSettings(endpoint).settings?.hasContent).toBe(false);
  const asked = { ...endpoint, OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true" };
  expect(readTraceSettings(asked).settings?.hasContent).toBe(true);
});
