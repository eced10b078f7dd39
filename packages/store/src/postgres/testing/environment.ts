/** Reads where the tests' own server is, if someone brings one. */
export function givenServerUrl(): string | null {
  return process.env.REEF_TEST_DATABASE_URL || null;
}
