/** Seconds as `MM:SS`, with the hours in front once there are any. */
export function clock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** A delay: « 12 s », and `MM:SS` from a hundred seconds on. */
export function delay(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 100 ? `${whole} s` : clock(whole);
}

/** A byte count in the language's own unit names. */
export function bytes(count: number, lang: string): string {
  const unit = lang === 'en' ? 'B' : 'o';
  const format = (value: number, digits: number) =>
    value.toLocaleString(lang, { maximumFractionDigits: digits });
  if (count < 1000) return `${format(count, 0)} ${unit}`;
  if (count < 1_000_000) return `${format(count / 1000, 0)} k${unit}`;
  return `${format(count / 1_000_000, 1)} M${unit}`;
}

/** A day and time in the reader's language and zone. */
export function dateTime(iso: string, lang: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return date.toLocaleString(lang, { dateStyle: 'long', timeStyle: 'short' });
}

/** How long ago, in words: « il y a 5 minutes ». */
export function ago(iso: string, nowMs: number, lang: string): string {
  const seconds = Math.round((new Date(iso).getTime() - nowMs) / 1000);
  if (!Number.isFinite(seconds)) return '';
  const words = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' });
  const steps: [number, Intl.RelativeTimeFormatUnit][] = [
    [60, 'second'],
    [60, 'minute'],
    [24, 'hour'],
    [30, 'day'],
    [12, 'month'],
    [Infinity, 'year'],
  ];
  let value = seconds;
  for (const [size, unit] of steps) {
    if (Math.abs(value) < size) return words.format(Math.round(value), unit);
    value /= size;
  }
  return '';
}
