/** Finds the end of a numbered row without a list of it: 0, 1, 2 … exist up to some number. */

/**
 * Returns the largest number for which `exists`; -1 if there is none. Asks about twice as often as the number has
 * binary digits.
 */
export async function findLastNumber(exists: (n: number) => Promise<boolean>): Promise<number> {
  if (!(await exists(0))) return -1;
  let known = 0;
  let step = 1;
  while (await exists(known + step)) {
    known += step;
    step *= 2;
  }
  for (step = step / 2; step >= 1; step /= 2) {
    if (await exists(known + step)) known += step;
  }
  return known;
}
