/** What both stores say when no answer is held, or another one is. */
export const noAnswerHeld =
  "this answer cannot be taken back: it has taken effect, was already taken back, or was replaced";
