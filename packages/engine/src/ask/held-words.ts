/** What both stores say when no answer is held, or another one is. */
export const noAnswerHeld = "no answer of this question is held: it has taken effect, was taken back, or was replaced";
