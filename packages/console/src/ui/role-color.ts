/**
 * Returns colours of the theme as canvas needs them. A custom property answers with its own text, `light-dark(…)` included,
 * and only an element's colour is computed: so an element is asked, below `parent`, whose scheme it has.
 */
export function readRoleColors<Role extends string>(
  parent: Element,
  tokenByRole: Readonly<Record<Role, string>>,
): Readonly<Record<Role, string>> {
  const probe = document.createElement("i");
  probe.hidden = true;
  parent.append(probe);
  const colors: Partial<Record<Role, string>> = {};
  for (const role of Object.keys(tokenByRole) as Role[]) {
    probe.style.color = `var(${tokenByRole[role]})`;
    colors[role] = getComputedStyle(probe).color;
  }
  probe.remove();
  return colors as Record<Role, string>;
}
