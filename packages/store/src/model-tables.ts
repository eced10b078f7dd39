/** Defines the stored rows of providers, gateways, secrets and the models by use. */
import type { GatewayId, ProviderId } from "@reef/protocol/ids";
import type { ModelDefaults } from "@reef/protocol/model";
import type { ProviderKind } from "@reef/protocol/provider";
import type { IsoTime } from "@reef/protocol/time";
import type { Flag } from "./flag.ts";

export interface ProviderRow {
  id: ProviderId;
  name: string;
  kind: ProviderKind;
  base_url: string;
  secret: string | null;
  first_token_ms: number;
  between_tokens_ms: number;
  prices: string;
  overrides: string;
  enabled: Flag;
  created_at: IsoTime;
  updated_at: IsoTime;
}

export interface SecretRow {
  name: string;
  /** The value, which only the server can open (SE8). */
  sealed: string;
  origin: string | null;
  created_at: IsoTime;
  updated_at: IsoTime;
  last_used_at: IsoTime | null;
}

export interface ModelDefaultRow {
  role: keyof ModelDefaults;
  model: string;
}

export interface GatewayRow {
  id: GatewayId;
  name: string;
  url: string;
  token: string;
  enabled: Flag;
  created_at: IsoTime;
  updated_at: IsoTime;
}
