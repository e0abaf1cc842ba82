/** The page's language: French unless it says English. */
export function lang(): 'fr' | 'en' {
  return document.documentElement.lang.toLowerCase().startsWith('en') ? 'en' : 'fr';
}
