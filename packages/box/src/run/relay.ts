/**
 * Writes the command that gives a box its only way out. Programs speak to proxies over TCP, and a box has no network,
 * only the proxy's socket as a file: so a small relay listens on the box's own loopback, hands each connection to the
 * socket, and runs the command when it is ready. It decides nothing; the proxy outside does.
 */

/** On the loopback of the box alone. */
export const relayPort = 3128;

/** Runs in the box, as text: Reef's files are not visible there. */
const source = `
const net = require("node:net"), { spawn } = require("node:child_process"), os = require("node:os");
const [socket, port, program, ...rest] = process.argv.slice(1);
const server = net.createServer({ allowHalfOpen: true }, (near) => {
  const far = net.connect({ path: socket, allowHalfOpen: true });
  near.pipe(far).pipe(near);
  for (const [one, other] of [[near, far], [far, near]]) one.on("error", () => other.destroy());
});
server.on("error", (error) => { console.log("the network of the box could not start: " + error.message); process.exit(125); });
server.listen(Number(port), "127.0.0.1", () => {
  const child = spawn(program, rest, { stdio: "inherit" });
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, () => child.kill(name));
  child.on("error", (error) => { console.log(error.message); process.exit(127); });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal]));
});
`;

export function relayCommand(node: string, socket: string, argv: readonly string[]): readonly string[] {
  return [node, "--eval", source, "--", socket, String(relayPort), ...argv];
}
