/**
 * A consolidation is one look at a conversation with its proposals to change a bot's memory, as a diff that a person
 * reviews. A proposal names its sources; nothing of it counts before it is accepted, and what was accepted can be
 * undone.
 */
import { z } from "zod";
import { Usage } from "./bot.ts";
import { BotId, ConsolidationId, EntryId, MemoryId, ProposalId, SessionId } from "./ids.ts";
import { Memory, maxMemoryLength } from "./memory.ts";
import { IsoTime } from "./time.ts";

/**
 * `off`: none are made automatically. `propose`: a person decides. `apply`: accepted immediately; a person can undo it.
 */
export const ConsolidationPolicy = z.enum(["off", "propose", "apply"]).meta({ id: "ConsolidationPolicy" });
export type ConsolidationPolicy = z.infer<typeof ConsolidationPolicy>;

export const MemoryPolicy = z
  .strictObject({ consolidation: ConsolidationPolicy })
  .meta({ id: "MemoryPolicy", description: "What a bot's memory does automatically." });
export type MemoryPolicy = z.infer<typeof MemoryPolicy>;

/** `idle`: the session went quiet. `compaction`: the entries left the window. `asked`: a person requested it. */
export const ConsolidationCause = z.enum(["idle", "compaction", "asked"]).meta({ id: "ConsolidationCause" });
export type ConsolidationCause = z.infer<typeof ConsolidationCause>;

/** `add`: a new memory. `replace`: a new memory ends older ones (ME4). `forget`: older ones are archived. */
export const ProposalAction = z.enum(["add", "replace", "forget"]).meta({ id: "ProposalAction" });
export type ProposalAction = z.infer<typeof ProposalAction>;

export const ProposalState = z.enum(["open", "accepted", "rejected", "undone"]).meta({ id: "ProposalState" });
export type ProposalState = z.infer<typeof ProposalState>;

/** A line that a proposal was made from. */
export const ProposalSource = z
  .object({
    memoryId: MemoryId,
    sessionId: SessionId.nullable(),
    entryId: EntryId.nullable(),
    speaker: z.string().nullable(),
    text: z.string(),
    /** When it was said. */
    at: IsoTime,
  })
  .meta({ id: "ProposalSource" });
export type ProposalSource = z.infer<typeof ProposalSource>;

export const Proposal = z
  .object({
    id: ProposalId,
    action: ProposalAction,
    state: ProposalState,
    /** The memory it adds, in its current state; null if it adds none. */
    memory: Memory.nullable(),
    /** The memories it replaces or forgets, in their current state. */
    ends: z.array(Memory),
    /** The lines that still exist. */
    sources: z.array(ProposalSource),
    /** In the words of the model; empty if it gave none. */
    reason: z.string(),
    /** `policy`: accepted without a person. */
    settledBy: z.enum(["person", "policy"]).nullable(),
    settledAt: IsoTime.nullable(),
  })
  .meta({ id: "Proposal" });
export type Proposal = z.infer<typeof Proposal>;

export const Consolidation = z
  .object({
    id: ConsolidationId,
    botId: BotId,
    sessionId: SessionId,
    cause: ConsolidationCause,
    /** `extract`: the session's own lines, chosen without a model. */
    by: z.enum(["model", "extract"]),
    /** The model that was asked. */
    model: z.string().nullable(),
    /** Why the result is unusual, such as why no model was used. */
    note: z.string().nullable(),
    /** The first and last entry of the stretch. */
    fromSeq: z.int(),
    throughSeq: z.int(),
    usage: Usage,
    proposals: z.array(Proposal),
    createdAt: IsoTime,
  })
  .meta({ id: "Consolidation" });
export type Consolidation = z.infer<typeof Consolidation>;

const ids = z.array(ProposalId).min(1).max(100);

/** Names proposals of a consolidation; if `ids` is left out, all to which the act applies. */
export const ProposalChoice = z.strictObject({ ids: ids.optional() }).meta({ id: "ProposalChoice" });
export type ProposalChoice = z.infer<typeof ProposalChoice>;

export const ProposalAcceptance = z
  .strictObject({
    ids: ids.optional(),
    /** Replaces the text of what a proposal adds, by its id; its trust and sources stay. */
    texts: z.record(ProposalId, z.string().trim().min(1).max(maxMemoryLength)).optional(),
  })
  .meta({ id: "ProposalAcceptance" });
export type ProposalAcceptance = z.infer<typeof ProposalAcceptance>;

/** The outcome; `refused` names what could not be done, and why. */
export const ConsolidationOutcome = z
  .object({
    consolidation: Consolidation,
    refused: z.array(z.object({ id: ProposalId, reason: z.string() })),
  })
  .meta({ id: "ConsolidationOutcome" });
export type ConsolidationOutcome = z.infer<typeof ConsolidationOutcome>;
