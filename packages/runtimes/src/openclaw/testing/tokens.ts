/** Returns tokens by the names that tests give them. */
import type { ReadGatewayToken } from "../token.ts";

export function tokensOf(tokens: Readonly<Record<string, string>>): ReadGatewayToken {
  return async ({ token: { name } }) => {
    const token = tokens[name];
    return token === undefined ? { state: "missing", reason: `there is no token ${name}` } : { state: "token", token };
  };
}
