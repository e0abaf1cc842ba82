const loaded = new Map<string, unknown>();

/**
 * Loads a part that most visits never need, once. Each is a bundle of its own beside this one (build.mjs) and shares no
 * code with it by file: the scripts everybody needs would otherwise come in two round trips. From its second use on it is
 * there within the event that asks for it, so that keys pressed quickly one after the other find what they are for.
 */
export async function loadPart<Part>(name: string): Promise<Part> {
  if (!loaded.has(name)) loaded.set(name, await import(new URL(`./${name}.js`, import.meta.url).href));
  return loaded.get(name) as Part;
}
