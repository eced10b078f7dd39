/** Sends text that is made piece by piece. */

/**
 * Joins the text into larger pieces: a row at a time would be a frame at a time. Nothing is read before it is needed.
 */
export function toBytes(texts: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let piece = "";
        while (piece.length < pieceSize) {
          const { done, value } = await texts.next();
          if (done === true) {
            if (piece !== "") controller.enqueue(encoder.encode(piece));
            controller.close();
            return;
          }
          piece += value;
        }
        controller.enqueue(encoder.encode(piece));
      },
      async cancel() {
        await texts.return();
      },
    },
    { highWaterMark: 0 },
  );
}

const pieceSize = 32_768;
