/** Whom a window is made for: what it takes, and what of the transcript is its own. */
import type { Entry } from "@reef/protocol/entry";
import type { ProviderProfile } from "../profile.ts";
import type { Picture } from "./pictures.ts";

export interface Receiver<Shown = Picture> {
  readonly profile: ProviderProfile;
  /** `provider/model`: what was kept of another model's answers does not go to it. */
  readonly model: string;
  /** Turn that is running, and where the newest message stands: the rounds since then may have to bring back more than older ones. */
  readonly turnId: Entry["turnId"];
  readonly sinceSeq: number;
  /** Names of the tools that are sent, by their own names. */
  readonly toolNames: ReadonlyMap<string, string>;
  /** Whether tools are sent. Without them, calls in the history are told in words: many servers refuse them then. */
  readonly hasTools: boolean;
  /** Those that are sent, by the entry they came with. Others are named. */
  readonly pictures: ReadonlyMap<Entry["id"], readonly Shown[]>;
}
