/** Lists every migration by its name, in order. A released one is never changed: a change of schema is a new file. */
import type { Kysely } from "kysely";
import { up as nouns } from "./0001-nouns.ts";
import { up as memory } from "./0002-memory.ts";
import { up as turnsByEnd } from "./0003-turns-by-end.ts";
import { up as gateways } from "./0004-gateways.ts";
import { up as embeddings } from "./0005-embeddings.ts";
import { up as consolidations } from "./0006-consolidations.ts";
import { up as cost } from "./0007-cost.ts";
import { up as ranks } from "./0008-ranks.ts";
import { up as calls } from "./0009-calls.ts";
import { up as muted } from "./0010-muted.ts";
import { up as refusals } from "./0011-refusals.ts";
import { up as schedules } from "./0012-schedules.ts";
import { up as reasoning } from "./0013-reasoning.ts";
import { up as providers } from "./0014-providers.ts";
import { up as files } from "./0015-files.ts";
import { up as undos } from "./0016-undos.ts";
import { up as sharedDeaths } from "./0017-shared-deaths.ts";
import { up as asksBelow } from "./0018-asks-below.ts";
import { up as chains } from "./0019-chains.ts";
import { up as rewinds } from "./0020-rewinds.ts";
import { up as heldAndCauses } from "./0021-held-and-causes.ts";
import { up as waitsFor } from "./0023-waits-for.ts";
import { up as pinOrder } from "./0024-pin-order.ts";
import { up as color } from "./0027-color.ts";
import { up as fleet } from "./0028-fleet.ts";
import { up as mcpServers } from "./0029-mcp-servers.ts";
import { up as budgets } from "./0030-budgets.ts";
import { up as trust } from "./0031-trust.ts";
import { up as skills } from "./0032-skills.ts";
import { up as contracts } from "./0033-contracts.ts";
import { up as approvals } from "./0035-approvals.ts";
import { up as asksOfGateways } from "./0036-asks-of-gateways.ts";
import { up as askingSessions } from "./0045-asking-sessions.ts";
import { type Migrations, runMigrations } from "./run.ts";

/** From 0028 on each runs on both stores: `migrations/column-types.ts` has what differs. */
export const migrations: Migrations = {
  "0001-nouns": { up: nouns },
  "0002-memory": { up: memory },
  "0003-turns-by-end": { up: turnsByEnd },
  "0004-gateways": { up: gateways },
  "0005-embeddings": { up: embeddings },
  "0006-consolidations": { up: consolidations },
  "0007-cost": { up: cost },
  "0008-ranks": { up: ranks },
  "0009-calls": { up: calls },
  "0010-muted": { up: muted },
  "0011-refusals": { up: refusals },
  "0012-schedules": { up: schedules },
  "0013-reasoning": { up: reasoning },
  "0014-providers": { up: providers },
  "0015-files": { up: files },
  "0016-undos": { up: undos },
  "0017-shared-deaths": { up: sharedDeaths },
  "0018-asks-below": { up: asksBelow },
  "0019-chains": { up: chains },
  "0020-rewinds": { up: rewinds },
  "0021-held-and-causes": { up: heldAndCauses },
  "0023-waits-for": { up: waitsFor },
  "0024-pin-order": { up: pinOrder },
  "0027-color": { up: color },
  "0028-fleet": { up: fleet },
  "0029-mcp-servers": { up: mcpServers },
  "0030-budgets": { up: budgets },
  "0031-trust": { up: trust },
  "0032-skills": { up: skills },
  "0033-contracts": { up: contracts },
  "0035-approvals": { up: approvals },
  "0036-asks-of-gateways": { up: asksOfGateways },
  "0045-asking-sessions": { up: askingSessions },
};

/** Brings the schema of a data folder up to date. */
export function migrate(db: Kysely<unknown>): Promise<void> {
  return runMigrations(db, migrations, "the data folder");
}
