/**
 * Flags of the Node that runs the server. A young generation of 4 MiB instead of 16 for each of its four threads: a hundred
 * turns at once then take about 190 MB instead of 230, at the same speed (`npm run bench -- concurrency`).
 */
export const serverFlags = ["--max-semi-space-size=4"];
