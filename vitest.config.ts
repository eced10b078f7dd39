import { defineConfig } from "vitest/config";
import { bundledThreads } from "./scripts/bundled-threads.ts";

// Files share one worker's modules (isolate: false): starting a fresh module graph for every file costs fifteen
// times the wall time. It holds only because no module keeps state, which `npm run check` (ambient) enforces.
export default defineConfig({
  test: {
    isolate: false,
    expect: { poll: { timeout: 20_000 } }, // a machine may be busy with other work; what is waited for comes at once on one that is not
    projects: [
      {
        extends: true,
        plugins: [bundledThreads()],
        test: {
          name: "unit",
          provide: { storeUnderTest: "SQLite" },
          maxWorkers: 2,
          include: ["packages/*/src/**/*.test.{ts,tsx}", "scripts/**/*.test.ts", "bench/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "postgres", // the suites of every store, and what is particular to this one
          provide: { storeUnderTest: "PostgreSQL" },
          globalSetup: ["packages/store/src/postgres/testing/setup.ts"],
          maxWorkers: 2,
          include: ["packages/store/src/suites/*.test.ts", "packages/*/src/**/*.postgres.ts"],
          exclude: ["**/*.slow.postgres.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "postgres-slow", // large stores: run by name, not in CI
          globalSetup: ["packages/store/src/postgres/testing/setup.ts"],
          include: ["packages/*/src/**/*.slow.postgres.ts"],
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["e2e/**/*.spec.ts"],
          retry: 1, // browsers and killed processes on a busy machine; each second try is named after the run
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 2, // a journey waits for half of its time
        },
      },
      {
        extends: true,
        test: {
          name: "openclaw",
          include: ["packages/*/src/**/*.openclaw.ts", "e2e/openclaw/**/*.openclaw.ts"],
          globalSetup: ["packages/runtimes/src/openclaw/testing/shared-gateway.ts"],
          retry: 1,
          testTimeout: 240_000, // a gateway that is killed takes up to a minute to come back
          hookTimeout: 240_000,
          maxWorkers: 1, // they share one gateway
        },
      },
      {
        extends: true,
        test: {
          name: "outside", // programs of others, installed by npm: run by name, not in CI
          include: ["packages/*/src/**/*.outside.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: "openclaw-soak", // many minutes: run by name, not in CI
          include: ["e2e/openclaw/**/*.soak.ts"],
          maxWorkers: 1,
        },
      },
    ],
  },
});
