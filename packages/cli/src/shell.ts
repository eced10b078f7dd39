/** What a command is given: Reef, the person at the shell, and the time. Commands reach for nothing else. */
import type { Client } from "@reef/client/client";

export interface Shell {
  readonly client: Client;
  /** Reef's own folder (`REEF_DATA`). */
  readonly folder: string;
  /** Whether Reef runs on this machine, and can read what is written here. */
  readonly isLocal: boolean;
  /** How a program on this machine reaches Reef, without the token itself. */
  readonly reefPlace: { readonly url: string; readonly tokenFile?: string };
  /** Reef's token when it came from the environment: another program has not got that variable. */
  readonly tokenOfEnvironment?: string | undefined;
  print(text: string): void;
  /** False when the person says no, or nobody is there to ask. */
  confirm(question: string): Promise<boolean>;
  /** Names a file by the present time. */
  stamp(): string;
  wait(ms: number): Promise<void>;
}
