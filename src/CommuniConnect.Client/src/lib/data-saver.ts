/** Whether the member has told the browser, or the system, to save data. */
export function savesData(): boolean {
  return (
    (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true ||
    matchMedia('(prefers-reduced-data: reduce)').matches
  );
}
