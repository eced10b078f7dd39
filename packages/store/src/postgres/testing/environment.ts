/** Reads where the tests' own server is, if someone brings one. */
export function givenServerUrl(): string | null {
  return process.env.REEF_TEST_DATABASE_URL || null;
}

/** Reads the address of a pooler in front of that server, through which the stores are then tested. */
export function givenPoolerUrl(): string | null {
  return process.env.REEF_TEST_POOLER_URL || null;
}
