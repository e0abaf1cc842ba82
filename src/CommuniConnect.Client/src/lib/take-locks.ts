import { Scope } from './scope.js';

/**
 * Takes a lock of the browser that other pages see, for as long as the scope lasts; false when another page has it. A
 * page that crashes lets go of it.
 */
export async function holdLock(name: string, scope: Scope): Promise<boolean> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, async (lock) => {
        resolve(lock !== null);
        if (lock) await new Promise<void>((release) => scope.onDispose(release));
      })
      .catch(reject);
  });
}

/** Waits for the lock and has it until the scope ends; rejects when the scope ends first. */
export async function waitForLock(name: string, scope: Scope): Promise<void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { signal: scope.signal }, async () => {
        resolve();
        await new Promise<void>((release) => scope.onDispose(release));
      })
      .catch(reject);
  });
}

/** The names of all locks that pages of this site have now. */
export async function heldLocks(): Promise<string[]> {
  return (await navigator.locks?.query())?.held?.map((lock) => lock.name ?? '') ?? [];
}

const TAKE = 'communiconnect-take-';

/** Who records a take, or sends what is left of it. */
export const takeLock = (takeId: string) => TAKE + takeId;

/** Whether a lock is that of a take. */
export const isTakeLock = (name: string) => name.startsWith(TAKE);

/** Who adds what was missing to a live: the server listens to one at a time. */
export const liveLock = (liveId: number) => `communiconnect-live-${liveId}`;
