import { expect, test } from "vitest";
import { redactJson, redactSecrets } from "./secrets.ts";

const secrets = {
  "an OpenAI key": "sk-proj-abcdefghijklmnopqrstuvwx1234",
  "an Anthropic key": "sk-ant-api03-abcdefghijklmnopqrstuvwx1234",
  "a GitHub token": `ghp_${"a1".repeat(18)}`,
  "a Slack token": "xoxb-123456789012-abcdefghij",
  "an AWS key id": "AKIAIOSFODNN7EXAMPLE",
  "a Telegram bot token": `1234567890:AA${"bC3".repeat(11)}`,
  "a JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
  "a private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
};

test.each(Object.entries(secrets))("SE5: %s is blacked out wherever it stands", (_name, secret) => {
  const { value, count } = redactSecrets(`before ${secret} after`);
  expect(value).not.toContain(secret);
  expect(value).toMatch(/^before \[redacted [a-z ]+\] after$/);
  expect(count).toBe(1);
});

test("SE5: what stands behind a word such as password goes, the word stays", () => {
  expect(redactSecrets("password: hunter2hunter2").value).toBe("password: [redacted secret]");
  expect(redactSecrets("- token: 9f8e7d6c5b4a3210").value).toBe("- token: [redacted secret]");
  expect(redactSecrets("token = 'abc123def456ghi'").value).toBe("token = '[redacted secret]'");
  expect(redactSecrets('OPENAI_API_KEY="abcd1234efgh"').value).toBe('OPENAI_API_KEY="[redacted secret]"');
  expect(redactSecrets("Authorization: Bearer abcdefgh12345678").value).toContain("[redacted secret]");
  expect(redactSecrets("redis://me:s3cretword@host/0").value).toBe("redis://me:[redacted password]@host/0");
});

test.each([
  "the token is missing from the request",
  "your password needs another look",
  "token: optional, see below",
  "each token: 3 of 4",
  "API_KEY=$OPENAI_API_KEY",
  "commit 4f2a9c1d8e7b6a5f4e3d2c1b0a998877665544332 at 2026-02-11T09:19:00Z",
  "https://example.org/a/b?page=2",
  "agent:main:telegram:group:-1001234567890:topic:4",
])("prose and numbers stay as they are: %s", (text) => {
  expect(redactSecrets(text)).toEqual({ value: text, count: 0 });
});

test("SE5: JSON is looked through at every depth, and a text under a secret's name goes", () => {
  const { value, count } = redactJson({ a: [{ password: "correct horse battery" }, secrets["a GitHub token"]], n: 1 });
  expect(value).toEqual({ a: [{ password: "[redacted secret]" }, "[redacted token]"], n: 1 });
  expect(count).toBe(2);
  let deep: unknown = secrets["a GitHub token"];
  for (let n = 0; n < 5_000; n++) deep = [deep];
  expect(JSON.stringify(redactJson(deep).value)).not.toContain("ghp_");
});

test.each([
  "a-",
  "a.",
  "-eyJaaaaaaaa",
  "x://a:",
  "password ",
  "_token",
])("SE7: a long text of “%s” takes no longer than its length", (piece) => {
  // A pattern that tries every pair of places takes minutes here.
  const text = piece.repeat(200_000 / piece.length);
  expect(redactSecrets(text).count).toBe(0);
});
