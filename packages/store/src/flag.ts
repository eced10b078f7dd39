/** A boolean as every dialect can store it. */
export type Flag = 0 | 1;
