// Before the first paint: what was chosen by hand must not flash the other. Inline scripts are forbidden by the policy.
try {
  const root = document.documentElement;
  const theme = localStorage.getItem("reef.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (localStorage.getItem("reef.density") === "compact") root.dataset.density = "compact";
  const accent = localStorage.getItem("reef.accent");
  if (accent) root.dataset.accent = accent;
} catch {
  // Storage is blocked: the system's theme applies.
}
