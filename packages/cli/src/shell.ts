/** Defines what a command gets: Reef, the person at the shell, and the time. Commands use nothing else from outside. */
import type { Client } from "@reef/client/client";

export interface Shell {
  readonly client: Client;
  /** Reef's own folder (`REEF_DATA`). */
  readonly folder: string;
  /** True if Reef runs on this machine and can read what is written here. */
  readonly isLocal: boolean;
  /** How a program on this machine reaches Reef, without the token itself. */
  readonly reefPlace: { readonly url: string; readonly tokenFile?: string };
  /** Reef's token when it came from the environment: other programs do not have that variable. */
  readonly tokenOfEnvironment?: string | undefined;
  print(text: string): void;
  /** Resolves to false when the person says no, or when the shell is not interactive. */
  confirm(question: string): Promise<boolean>;
  /** Formats the current time for use in a file name. */
  stamp(): string;
  wait(ms: number): Promise<void>;
}
