// Before the first paint: a theme chosen by hand must not flash the other one. Inline scripts are forbidden by the policy.
try {
  const chosen = localStorage.getItem("reef.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is blocked: the system's theme applies.
}
