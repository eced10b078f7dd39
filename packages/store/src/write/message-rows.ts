/**
 * Caches the writer's rows of messages, with the size of their texts: a few large ones weigh as much as thousands of
 * the usual.
 */
import type { MessageId } from "@reef/protocol/ids";
import type { MessageRow } from "../tables.ts";

export class MessageRows extends Map<MessageId, MessageRow> {
  /** In UTF-16 units. */
  textSize = 0;

  override set(id: MessageId, row: MessageRow): this {
    this.textSize += row.text.length - (this.get(id)?.text.length ?? 0);
    return super.set(id, row);
  }

  override delete(id: MessageId): boolean {
    this.textSize -= this.get(id)?.text.length ?? 0;
    return super.delete(id);
  }

  override clear(): void {
    this.textSize = 0;
    super.clear();
  }
}
