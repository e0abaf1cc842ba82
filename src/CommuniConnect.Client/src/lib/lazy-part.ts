/**
 * Loads a part that most visits never need, once. Each is a bundle of its own beside this one (build.mjs) and shares no
 * code with it by file: the scripts everybody needs would otherwise come in two round trips.
 */
export function loadPart<Part>(name: string): Promise<Part> {
  return import(new URL(`./${name}.js`, import.meta.url).href) as Promise<Part>;
}
