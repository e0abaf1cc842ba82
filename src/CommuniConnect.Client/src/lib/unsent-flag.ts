/** Set while there may be something in the store, so that no page opens it in vain. */
const FLAG = 'unsent-takes';

/** Whether it is worth looking for takes that were left. */
export function mayHaveUnsent(): boolean {
  try {
    return localStorage.getItem(FLAG) !== null;
  } catch {
    return false;
  }
}

/** Says that there is something to look for, or no more. */
export function markUnsent(unsent: boolean): void {
  try {
    if (unsent) localStorage.setItem(FLAG, '1');
    else localStorage.removeItem(FLAG);
  } catch {
    // Only an aid: the studio looks by itself.
  }
}
