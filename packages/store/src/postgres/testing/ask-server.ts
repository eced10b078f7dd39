/** Asks a server one question in plain SQL, for runs that look at what a store left behind. */
import pg from "pg";

export async function askServer<Row extends object>(url: string, text: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
