/**
 * Sets flags of the Node that runs the server, to limit its memory: its four threads would otherwise let garbage grow to
 * several times what they use. The same five turns a second for three minutes end at about 350 MB without the last two
 * flags and half of that with them (`npm run soak`). A young generation of 4 MiB instead of 16 for each thread keeps a
 * hundred parallel turns within their limit (`npm run bench -- concurrency`).
 */
export const serverFlags = [
  "--max-semi-space-size=2",
  "--optimize-for-size",
  "--heap-growing-percent=15",
  "--v8-pool-size=1",
];

/**
 * Limits the C library's memory. By default each thread gets a pool of its own that never shrinks, and memory freed in
 * the middle of one stays with the process.
 */
export const serverEnvironment = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: "131072",
  MALLOC_MMAP_THRESHOLD_: "131072",
};
