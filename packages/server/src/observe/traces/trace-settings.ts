/**
 * Reads whether and where traces are sent, from the standard variables of OpenTelemetry. Off unless an address is set.
 * Headers, time limits and compression are read from the environment by OpenTelemetry's own package.
 */
import type { Environment } from "../../config.ts";

export interface TraceSettings {
  /** Takes spans as OTLP over HTTP. */
  readonly url: string;
  readonly serviceName: string | null;
  /** True if texts, arguments and results are sent, too. */
  readonly hasContent: boolean;
}

/** `problem` says why nothing is sent although an address is set. */
export interface TracesWanted {
  readonly settings: TraceSettings | null;
  readonly problem: string | null;
}

const off: TracesWanted = { settings: null, problem: null };
const tracesPath = "v1/traces";

export function readTraceSettings(environment: Environment): TracesWanted {
  const own = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || null;
  const shared = environment.OTEL_EXPORTER_OTLP_ENDPOINT || null;
  const isOff = isTrue(environment.OTEL_SDK_DISABLED) || environment.OTEL_TRACES_EXPORTER?.trim() === "none";
  if (isOff || (own === null && shared === null)) return off;
  const protocol = environment.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || environment.OTEL_EXPORTER_OTLP_PROTOCOL || "";
  if (protocol === "grpc") {
    return problem("OTEL_EXPORTER_OTLP_PROTOCOL is grpc: only OTLP over HTTP is spoken here, usually on port 4318");
  }
  const name = own === null ? "OTEL_EXPORTER_OTLP_ENDPOINT" : "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  const url = toUrl(own, shared);
  if (url === null) return problem(`${name}: expected an address such as http://127.0.0.1:4318`);
  return {
    settings: {
      url,
      serviceName: environment.OTEL_SERVICE_NAME || null,
      hasContent: isTrue(environment.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT),
    },
    problem: null,
  };
}

function problem(words: string): TracesWanted {
  return { settings: null, problem: words };
}

/** The address for traces alone is taken as it is; the one for all signals gets their path. */
function toUrl(own: string | null, shared: string | null): string | null {
  const text = own ?? `${shared?.trim().replace(/\/+$/, "")}/${tracesPath}`;
  if (!URL.canParse(text.trim())) return null;
  const url = new URL(text.trim());
  return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
}

function isTrue(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === "true";
}
