/** Loaded before a server: sets its clock wrong by REEF_CHAOS_CLOCK_MS, in every thread, and leaves steady time alone. */
const shiftMs = Number(process.env.REEF_CHAOS_CLOCK_MS ?? 0);
const RightDate = Date;

class WrongDate extends RightDate {
  constructor(/** @type {any[]} */ ...given) {
    // @ts-expect-error Date takes one to seven values
    super(...(given.length === 0 ? [RightDate.now() + shiftMs] : given));
  }
  /** @override */
  static now() {
    return RightDate.now() + shiftMs;
  }
}
globalThis.Date = /** @type {DateConstructor} */ (/** @type {unknown} */ (WrongDate));
