/** The resource and all that exist before it, since it depends on them or refers to them, directly or not. */
export function waitsFor(id: string, resources: Readonly<Record<string, unknown>>): readonly string[] {
  const found = new Set([id]);
  // A set hands out what is added while it is walked through.
  for (const each of found) {
    const text = JSON.stringify(resources[each]);
    for (const other of Object.keys(resources))
      if (new RegExp(`"${other}"|\\$\\{${other}\\}`).test(text)) found.add(other);
  }
  return [...found];
}
