/** Declares the receiver of a window: what it accepts, and what of the transcript is its own. */
import type { Entry } from "@reef/protocol/entry";
import type { ProviderProfile } from "../profile.ts";
import type { Picture } from "./pictures.ts";

export interface Receiver<Shown = Picture> {
  readonly profile: ProviderProfile;
  /** `provider/model`: data kept from another model's answers does not go to it. */
  readonly model: string;
  /**
   * The running turn, and the place of the newest message: the rounds since then may have to bring back more than older
   * ones.
   */
  readonly turnId: Entry["turnId"];
  readonly sinceSeq: number;
  /** Names under which tools are sent, by their own names. */
  readonly toolNames: ReadonlyMap<string, string>;
  /**
   * True when tools are sent. Without them, calls in the history are described in words, because many servers then
   * refuse them.
   */
  readonly hasTools: boolean;
  /** The pictures that are sent, by the entry they came with. Others are named. */
  readonly pictures: ReadonlyMap<Entry["id"], readonly Shown[]>;
}
