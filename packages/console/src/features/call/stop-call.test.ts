import type { WorkspaceCommand } from "@reef/protocol/workspace";
import { expect, test } from "vitest";
import { commandOf } from "./stop-call.ts";

const command = (id: string, fields: object): WorkspaceCommand =>
  ({
    id,
    state: "running",
    isBackground: false,
    command: "sleep 60",
    turnId: "trn_1",
    callId: "1",
    ...fields,
  }) as never;

test("of two calls that run the same command, Stop finds the one that was meant", () => {
  const all = [
    command("cmd_other_turn", { turnId: "trn_2" }),
    command("cmd_background", { isBackground: true }),
    command("cmd_ended", { state: "ended" }),
    command("cmd_second", { callId: "2" }),
    command("cmd_first", {}),
  ];
  const call = (callId: string) => ({ turnId: "trn_1" as never, tool: { callId, name: "command_run", input: {} } });
  expect([commandOf(call("1"), all)?.id, commandOf(call("2"), all)?.id]).toEqual(["cmd_first", "cmd_second"]);
  expect(commandOf(call("3"), all)).toBeUndefined();
  expect(commandOf(call("1"), [command("cmd_old", { turnId: null, callId: null })])).toBeUndefined();
});
