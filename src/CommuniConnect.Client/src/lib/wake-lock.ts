import type { Scope } from './scope.js';

/** Keeps the screen on until the scope ends: a phone that sleeps stops its camera. */
export function keepAwake(scope: Scope): void {
  let lock: WakeLockSentinel | null = null;
  const ask = async () => {
    if (document.visibilityState !== 'visible' || !navigator.wakeLock) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (scope.signal.aborted) void lock.release();
    } catch {
      // Refused on a low battery: the live goes on, the screen may just go dark.
    }
  };
  // The browser takes the lock away whenever the page is hidden.
  scope.listen(document, 'visibilitychange', () => void ask());
  scope.onDispose(() => void lock?.release());
  void ask();
}
