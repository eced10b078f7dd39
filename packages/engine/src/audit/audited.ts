/**
 * Says which operations leave a line in the audit, and what it says (AU1): changes of the configuration, asks,
 * approvals, budgets, links, deletions and stops. Never a text of a person or a bot, and never a secret's value.
 */
import type { AuditFacts } from "@reef/protocol/audit";
import type { Op, TurnOp } from "../port/unit.ts";

export function auditedFacts(op: Op | TurnOp): AuditFacts | null {
  switch (op.op) {
    case "audit.add":
      return op.facts;
    case "bot.create":
      return line(op.op, op.bot.id, { name: op.bot.name, runtime: op.bot.runtime });
    case "bot.change":
    case "topic.change":
    case "schedule.change":
      return line(op.op, op.id, { fields: Object.keys(op.fields) });
    case "bot.pause":
      return line(op.paused ? "bot.pause" : "bot.resume", op.id);
    case "bot.delete":
    case "topic.delete":
    case "session.delete":
    case "schedule.delete":
    case "gateway.delete":
    case "provider.delete":
    case "mcp.delete":
    case "skill.delete":
    case "budget.delete":
    case "approval.delete":
      return line(op.op, op.id);
    case "topic.create":
      return line(op.op, op.id, { name: op.topic.name });
    case "schedule.create":
      return line(op.op, op.schedule.id, { sessionId: op.schedule.sessionId, by: op.schedule.by });
    case "turn.cancel":
      return line(op.op, op.turnId, { by: op.by });
    case "ask.open":
      return line(op.op, op.ask.id, { kind: op.ask.kind, sessionId: op.ask.sessionId });
    case "ask.answer":
      return line(op.op, op.id, { isDelayed: op.heldUntil !== undefined });
    case "ask.settle":
      return line(op.op, op.id, { at: "openclaw", isAnswered: op.answer !== null });
    case "ask.deliver":
      return line(op.op, op.id, { at: "openclaw", delivery: op.delivery });
    case "ask.hold":
      return line(op.held === null ? "ask.undo" : "ask.hold", op.id);
    case "approval.put": {
      const { id, botId, tool, decision, askId } = op.rule;
      return line(op.op, id, { botId, tool, decision, askId });
    }
    case "hold.put":
      return line(op.op, op.hold.target, { scope: op.hold.scope.kind, reason: op.hold.reason });
    case "hold.end":
      return line(op.op, null, { scopes: op.scopes?.map(({ kind }) => kind) ?? "all" });
    case "links.put":
      return line(op.op, null, { count: op.links.length });
    case "grants.put":
      return line(op.op, op.botId, { readers: [...op.readers] });
    case "chain.goOn":
    case "chain.stop":
      return line(op.op, op.chainId);
    case "memory.delete":
      return line(op.op, op.botId, { count: op.ids.length });
    case "memory.policy":
      return line(op.op, op.botId);
    case "block.put":
    case "block.delete":
      return line(op.op, op.botId, { label: op.label });
    case "undo.take":
      return line(op.op, op.token);
    case "gateway.put":
      return line(op.op, op.gateway.id, { name: op.gateway.name });
    case "provider.put":
      return line(op.op, op.provider.id, { name: op.provider.name });
    case "secret.put":
    case "secret.delete":
      return line(op.op, op.name);
    case "models.put":
      return line(op.op, null);
    case "mcp.put":
      return line(op.op, op.server.id, { name: op.server.name });
    case "skill.put":
      return line(op.op, op.skill.id, { name: op.skill.name });
    case "budget.create": {
      const { id, scope, period, limitUsd, limitTokens } = op.budget;
      return line(op.op, id, { scope: scope.kind, period, limitUsd, limitTokens });
    }
    case "budget.change": {
      const { limitUsd, limitTokens, warnAt } = op.fields;
      return line(op.op, op.id, {
        ...(limitUsd !== undefined && { limitUsd }),
        ...(limitTokens !== undefined && { limitTokens }),
        ...(warnAt !== undefined && { warnAt }),
      });
    }
    case "budget.allow":
      return line(op.op, op.id, { extraUsd: op.extraUsd, extraTokens: op.extraTokens });
    case "worker.drain":
      return line(op.draining ? "worker.drain" : "worker.resume", op.id);
    default:
      return null;
  }
}

function line(action: string, subject: string | null, details: AuditFacts["details"] = {}): AuditFacts {
  return { action, subject, details };
}
