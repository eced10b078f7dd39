/** Holds the messages of both stores for an answer that is not held, or is another one. */
export const noAnswerHeld =
  "this answer cannot be taken back: it has taken effect, was already taken back, or was replaced";
