/** Decides whether a host and port are on a list such as `example.com`, `*.example.com:8443`. */

const usualPorts = [80, 443];

export function isHostAllowed(patterns: readonly string[], host: string, port: number): boolean {
  const name = host.toLowerCase().replace(/\.$/, "");
  return patterns.some((pattern) => {
    const [wanted = "", wantedPort] = pattern.toLowerCase().split(":");
    const isPort = wantedPort === undefined ? usualPorts.includes(port) : Number(wantedPort) === port;
    const isHost = wanted.startsWith("*.")
      ? name.endsWith(wanted.slice(1)) && name !== wanted.slice(2)
      : name === wanted;
    return isPort && isHost;
  });
}
