/** The rows of the fault matrix: what goes wrong, what a person sees of it, and which tests show it. */
import type { Section } from "./reliability.ts";

const engine = "packages/engine/src";
const loop = "packages/runtimes/src/loop";
const sqlite = "packages/store/src/sqlite";
const postgres = "packages/store/src/postgres";
const server = "packages/server/src";
const everyAwait = { path: `${engine}/turn/every-await.conformance.ts`, words: "killed at every await of a turn" };

export const faultMatrix: readonly Section[] = [
  {
    title: "The server is killed",
    faults: [
      {
        fault:
          "at any await of a turn, with tools that change Reef (`unit`), that may run again (`replay`), that must not (`skip`)",
        sees: "a notice in the transcript that the turn goes on from its last step, with a receipt: done, unknown, not started",
        twice: "a `replay` tool may run again, with the same call id; nothing else",
        tests: [everyAwait],
      },
      {
        fault: "while a call of the policy `skip` runs",
        sees: "the call's result says that its outcome is unknown, and that it was not run again",
        lost: "the call's result; it is said",
        tests: [
          { path: `${engine}/turn/turn.conformance.ts`, words: "is not run again when its policy is skip" },
          { path: "packages/box/src/turns.test.ts", words: "a command that a crash cut off is not run again" },
        ],
      },
      {
        fault: "while a call of the policy `replay` runs",
        sees: "its result",
        twice: "that call, with the same call id",
        tests: [{ path: `${engine}/turn/turn.conformance.ts`, words: "whose policy is replay is run again" }],
      },
      {
        fault: "again and again, under load",
        sees: "everything that was acknowledged",
        tests: [
          { path: `${sqlite}/crash.test.ts`, words: "kills under load, all that was acknowledged is there" },
          { path: "packages/store/src/files/crash.test.ts", words: "every acknowledged file is whole" },
          { path: `${server}/memory/crash.test.ts`, words: "nothing acknowledged is lost" },
          { path: "e2e/restart.spec.ts", words: "all unfinished turns run again within 2 s" },
        ],
      },
      {
        fault: "while a turn waits for a person, and while it takes the answer",
        sees: "the question, until it is answered; the answer counts",
        tests: [{ path: `${sqlite}/pause-crash.test.ts`, words: "a turn takes the answer once" }],
      },
      {
        fault: "around the time of a schedule",
        sees: "one message, which says how many times passed",
        tests: [{ path: "e2e/restart.spec.ts", words: "what is due around a kill -9 is sent once" }],
      },
      {
        fault: "three times by the same turn",
        sees: "a dead letter with its reason, to retry or to dismiss; turns beside it are charged with nothing",
        tests: [
          { path: `${engine}/turn/turn.conformance.ts`, words: "a turn that dies 3 times without a step" },
          { path: `${engine}/port/turns.conformance.ts`, words: "died together twice are charged with nothing" },
        ],
      },
      {
        fault: "one of several workers",
        sees: "the answer, up to 15 s later, from another worker",
        tests: [
          { path: `${postgres}/crash.postgres.ts`, words: "turns of a killed worker go on elsewhere" },
          { path: `${engine}/fleet/fleet.conformance.ts`, words: "a holder that dies is replaced within 15 s" },
        ],
      },
    ],
  },
  {
    title: "A worker stands still, or its clock is wrong",
    faults: [
      {
        fault: "SIGSTOP for longer than a lease, then SIGCONT",
        sees: "`unknown` for the session, then the answer of another worker; what the late one writes is refused and counted (`reef_turn_writes_refused_total`)",
        tests: [
          { path: `${engine}/turn/turn.conformance.ts`, words: "a turn whose worker went silent is unknown" },
          everyAwait,
          { path: `${engine}/fleet/fleet.conformance.ts`, words: "what a frozen holder was about to write is refused" },
        ],
      },
      {
        fault: "an event loop that is blocked, a beat that is late",
        sees: "nothing: a worker that asks for turns is alive",
        tests: [{ path: `${engine}/port/turns.conformance.ts`, words: "a worker that is late keeps what it holds" }],
      },
      {
        fault: "the clock jumps, forward or back",
        sees: "nothing: leases are measured by a steady clock",
        tests: [{ path: `${engine}/port/turns.conformance.ts`, words: "a clock that is set two hours on, and back" }],
      },
      {
        fault: "one worker's clock is wrong",
        sees: "nothing of turns: leases are measured by the database, and a turn that can go on can go on everywhere",
        tests: [
          { path: `${postgres}/workers.postgres.ts`, words: "leases end by the server's clock" },
          { path: `${postgres}/workers.postgres.ts`, words: "a worker whose clock is a day ahead" },
          { path: `${engine}/port/turns.conformance.ts`, words: "a wait that is over ends for every worker" },
        ],
      },
    ],
  },
  {
    title: "The database or the disk fails",
    faults: [
      {
        fault: "the disk is full, and has room again",
        sees: "requests refused with “the disk is full”, `/readyz` with the reason; with room again Reef goes on by itself",
        tests: [{ path: `${sqlite}/trouble.test.ts`, words: "says that the disk is full, keeps what it accepted" }],
      },
      {
        fault: "a step cannot be saved",
        sees: "the turn waits, and its step is saved when that is possible",
        tests: [
          {
            path: `${engine}/turn/store-trouble.test.ts`,
            words: "keeps what was paid for until the store writes again",
          },
          { path: `${engine}/turn/store-trouble.test.ts`, words: "a step that was saved unseen is not saved again" },
        ],
      },
      {
        fault: "the writer thread ends",
        sees: "nothing, or, after the third time in ten minutes, that the server ends and why",
        tests: [
          { path: `${sqlite}/trouble.test.ts`, words: "starts a thread that ended again" },
          { path: `${sqlite}/trouble.test.ts`, words: "gives up a thread that ends again and again" },
        ],
      },
      {
        fault: "a connection is cut in the middle of a commit",
        sees: "nothing: whether it was saved is looked up",
        tests: [{ path: `${postgres}/workers.postgres.ts`, words: "a unit whose connection is cut while it waits" }],
      },
      {
        fault: "PostgreSQL is away for longer than a request waits",
        sees: "requests refused with the reason, `/readyz` 503; Reef finds the database again by itself",
        tests: [{ path: `${postgres}/workers.postgres.ts`, words: "a lane that gave up its database finds it again" }],
      },
    ],
  },
  {
    title: "A provider fails",
    faults: [
      {
        fault: "it hangs before its first token, or in the middle of an answer",
        sees: "what is waited for, and since when; then another attempt",
        twice: "the model's call, which is counted",
        tests: [
          { path: `${loop}/patience.test.ts`, words: "the wait for the first token and the one between tokens" },
          { path: `${loop}/loop-runtime.test.ts`, words: "a stream that falls silent is given up and tried again" },
        ],
      },
      {
        fault: "it drips, or shows signs of life for an hour",
        sees: "that it thinks or writes; it is waited for",
        tests: [
          { path: `${loop}/loop-runtime.test.ts`, words: "a slow stream is no silent one" },
          { path: `${loop}/patience.test.ts`, words: "a model that thinks for an hour behind comments" },
        ],
      },
      {
        fault: "it cuts an answer, sends a storm of 429s, garbage, 50 MB, or one line of 50 MB",
        sees: "the answer of a later attempt, or the beginning of one too long, which says so; or a dead letter with the reason. Later messages and other sessions are answered",
        twice: "the model's call, which is counted",
        tests: [
          { path: `${server}/provider-faults.test.ts`, words: "the message is answered once, or dead with the reason" },
        ],
      },
      {
        fault: "it asks for a wait of a year, or of nonsense",
        sees: "another attempt within an hour",
        tests: [
          {
            path: `${loop}/failure/failures.test.ts`,
            words: "a Retry-After of any kind is a wait of at most an hour",
          },
          { path: `${engine}/port/told-numbers.test.ts`, words: "a wait that a server asks for ends within an hour" },
        ],
      },
      {
        fault: "nothing reaches it, or it fails for several turns",
        sees: "one banner for the model with what waits for it and one retry; each session says what it waits for. A fallback model answers, where there is one",
        tests: [
          {
            path: `${loop}/share/provider-share.test.ts`,
            words: "a provider that nothing reaches is tried by one call",
          },
          {
            path: `${engine}/turn/provider-waits.conformance.ts`,
            words: "a turn says what it waits for until its model",
          },
          { path: `${engine}/turn/provider-waits.conformance.ts`, words: "what waits for one model is one trouble" },
          { path: `${server}/http/provider-waits.test.ts`, words: "the fallback model answers" },
        ],
      },
      {
        fault: "it stays away for longer than turns wait",
        sees: "dead letters of one cause, however many there are, and one retry for all of them",
        tests: [
          { path: `${engine}/turn/provider-waits.conformance.ts`, words: "turns that waited too long are given up" },
        ],
      },
      {
        fault: "one request breaks it, again and again",
        sees: "a dead letter with the reason; other turns are not held up",
        tests: [{ path: `${loop}/share/provider-share.test.ts`, words: "one turn's failures alone stop nobody" }],
      },
      {
        fault: "it tells nonsense about its limits",
        sees: "nothing: what cannot be meant is ignored, and no wait that a refusal has not confirmed is longer than a minute",
        tests: [
          { path: `${loop}/share/rate-headers.test.ts`, words: "says nothing" },
          { path: `${loop}/share/provider-share.test.ts`, words: "stops nobody for more than a minute" },
        ],
      },
      {
        fault: "a collector of traces refuses, hangs, breaks off or is away",
        sees: "nothing; the log says once that traces are dropped",
        lost: "traces, which are no part of Reef's data",
        tests: [
          { path: `${server}/observe/traces/traces.test.ts`, words: "delays no turn and no stop" },
          { path: `${server}/observe/traces/traces.test.ts`, words: "are dropped, not kept without bound" },
        ],
      },
      {
        fault: "it refuses for good: a wrong key, an unknown model",
        sees: "a dead letter with the server's own words; the next message proceeds",
        tests: [
          { path: `${engine}/mailbox/mailbox.conformance.ts`, words: "what trying again cannot mend is dead at once" },
        ],
      },
      {
        fault: "a tool's server floods, hangs, or ends in the middle of a call",
        sees: "a result that says so; the next call works",
        lost: "that call's result; it is said",
        tests: [
          { path: "packages/mcp/src/servers.test.ts", words: "a server that floods is cut off" },
          { path: "packages/mcp/src/servers.test.ts", words: "a program that ends in the middle of a call" },
          { path: `${engine}/turn/outside-calls.conformance.ts`, words: "a call that takes too long is stopped" },
        ],
      },
      {
        fault: "an OpenClaw gateway is killed, or its line breaks",
        sees: "that the turn waits for the gateway; then the answer",
        tests: [
          {
            path: "packages/runtimes/src/openclaw/gateway.conformance.ts",
            words: "a gateway that was killed loses no message",
          },
          {
            path: "packages/runtimes/src/openclaw/gateway.conformance.ts",
            words: "a line that breaks loses and doubles nothing",
          },
        ],
      },
    ],
  },
  {
    title: "Clients are slow, silent, or two",
    faults: [
      {
        fault: "a client reads slowly, or not at all",
        sees: "a reset to the newest state, when it reads again",
        lost: "nothing that is stored; the missed events are read again",
        tests: [
          { path: `${server}/socket/socket-server.test.ts`, words: "a client that does not read is reset" },
          { path: `${server}/socket/hub.test.ts`, words: "a slow client is sent nothing more" },
        ],
      },
      {
        fault: "a client is gone without a word",
        sees: "nothing; its connection is closed",
        tests: [
          { path: `${server}/socket/socket-server.test.ts`, words: "a peer that does not answer pings is ended" },
          { path: `${server}/http/listener.test.ts`, words: "a body that falls silent is given up" },
        ],
      },
      {
        fault: "a client is away while things happen",
        sees: "everything, once and in order",
        tests: [
          { path: `${server}/socket/socket-server.test.ts`, words: "gets every event once, in order" },
          {
            path: "packages/client/src/socket.test.ts",
            words: "a broken connection resumes after the last event seen",
          },
        ],
      },
      {
        fault: "an acknowledgement is lost, and the message is sent again",
        sees: "one message",
        tests: [
          { path: `${engine}/mailbox/mailbox.conformance.ts`, words: "the same key sends once" },
          { path: `${postgres}/workers.postgres.ts`, words: "two workers that send under one key" },
        ],
      },
      {
        fault: "two devices answer one question in the same moment",
        sees: "the answer that came first, on both; the other device is told that it was answered",
        tests: [{ path: `${server}/http/asks.test.ts`, words: "two devices answer one question in the same moment" }],
      },
      {
        fault: "two tabs edit one message in the same moment",
        sees: "one edit; the other tab is told",
        tests: [{ path: `${engine}/session/rewind.conformance.ts`, words: "two tabs that change one message" }],
      },
    ],
  },
];
