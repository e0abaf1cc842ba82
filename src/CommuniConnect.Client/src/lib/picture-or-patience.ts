import { Scope } from './scope.js';

/** A network that has brought no picture after this long is not held up by what else is done on the page. */
const PATIENCE_MS = 600;

/** Resolves once the live on this page has shown its first picture, or says that it has none, or has been waited for long enough. */
export async function pictureOrPatience(): Promise<void> {
  if (!document.querySelector('live-player')) return;
  const scope = new Scope();
  await new Promise<void>((resolve) => {
    scope.listen<CustomEvent<{ state: string }>>(document, 'player-state', ({ detail }) => {
      // Painted is not shown: that takes a frame, which is not to be held up either.
      if (detail.state !== 'connecting') requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    });
    scope.timeout(resolve, PATIENCE_MS);
  });
  scope.dispose();
}
