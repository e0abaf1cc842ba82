import { ago } from './lib/format.js';
import { lang } from './lib/lang.js';
import { mayHaveUnsent } from './lib/unsent-flag.js';

// Everything here only improves pages that already work without it.
const REFRESH_MS = 30_000;
/** How far this device's clock is behind the server's, who wrote the page a moment ago. */
const BEHIND_MS = Number(document.body.dataset['now']) - Date.now();

function refreshTimes(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    const words = ago(time.dateTime, Date.now() + BEHIND_MS, lang());
    if (words) time.textContent = words;
  }
}

/** Sends a like without reloading the page; on any trouble the form is sent the ordinary way. */
async function like(form: HTMLFormElement, postId: string): Promise<void> {
  const button = form.querySelector('button');
  const count = form.querySelector('[data-likes]');
  if (!button) return;
  button.disabled = true;
  try {
    const response = await fetch(`/api/posts/${postId}/like/`, {
      method: 'POST',
      headers: { Accept: 'application/json', 'Accept-Language': lang() },
    });
    if (!response.ok) throw new Error(String(response.status));
    const answer: { likes_count?: number; is_liked_by_user?: boolean } = await response.json();
    if (answer.is_liked_by_user !== undefined) button.setAttribute('aria-pressed', String(answer.is_liked_by_user));
    if (count && answer.likes_count !== undefined) count.textContent = String(answer.likes_count);
  } catch {
    form.submit();
  } finally {
    button.disabled = false;
  }
}

document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  const postId = form.dataset['like'];
  if (!postId) return;
  event.preventDefault();
  void like(form, postId);
});
refreshTimes();
setInterval(refreshTimes, REFRESH_MS);

/** A live that broke off on this device may have left something to send: only then its script is worth loading. */
function lookForUnsent(): void {
  const main = document.querySelector<HTMLElement>('main[data-me-id]');
  if (!main?.dataset['meId'] || !mayHaveUnsent()) return;
  const script = '/dist/unsent.js';
  void import(script).then(() => {
    const unsent = document.createElement('unsent-takes');
    unsent.setAttribute('me-id', main.dataset['meId']!);
    main.prepend(unsent);
  });
}
lookForUnsent();
