import { fetchDensity } from '../lib/chat-api.js';
import { chatText } from '../lib/chat-texts.js';
import { h } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import { clock } from '../lib/format.js';
import { densityOf, MOST_PIECES, outlineOf, peaksOf, pieceAt, type Density } from '../lib/message-density.js';
import type { ReplayTimeline } from '../lib/replay-timeline.js';

const SVG = 'http://www.w3.org/2000/svg';
/** The middle of a slider's thumb does not reach the slider's ends: half a thumb on either side. */
const THUMB_PX = 16;

/**
 * Where in a replay people wrote, as a line over its slider. Put it beside a slider in a positioned box and give it
 * counts with `show(density)`; it follows the pointer over that box and leaves every press to the slider.
 */
export class MessageDensity extends ScopedElement {
  #density: Density | null = null;
  readonly #hint = h('span', { class: 'density-hint', hidden: true, 'aria-hidden': true });

  /** Asks when people wrote in a live, and shows it on the timeline of its replay. */
  async load(liveId: number, timeline: ReplayTimeline): Promise<void> {
    try {
      const { bucket_seconds, messages, reactions } = await fetchDensity(liveId, MOST_PIECES, this.scope.signal);
      const moments = messages.map((count, piece) =>
        [timeline.secondsOfLive((piece + 0.5) * bucket_seconds), count + (reactions[piece] ?? 0)] as const);
      this.show(densityOf(moments, timeline.duration));
    } catch {
      // The line is an extra: without it the slider is as good as any.
    }
  }

  /** Shows these counts; nothing at all where nobody wrote. */
  show(density: Density): void {
    this.#density = density;
    if (this.isConnected) this.mount();
  }

  protected mount(): void {
    const density = this.#density;
    const peaks = density ? peaksOf(density) : [];
    this.hidden = peaks.length === 0;
    if (!density || this.hidden) {
      this.replaceChildren();
      return;
    }
    this.classList.add('density');
    this.setAttribute('role', 'img');
    this.setAttribute('aria-label', chatText().density(peaks.map(({ seconds, count }) => `${clock(seconds)} (${count})`).join(', ')));
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 100 10');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', outlineOf(density));
    svg.append(path);
    this.replaceChildren(svg, this.#hint);
    const box = this.parentElement;
    if (!box) return;
    this.scope.listen<PointerEvent>(box, 'pointermove', (event) => this.#tell(event));
    this.scope.listen<PointerEvent>(box, 'pointerdown', (event) => this.#tell(event));
    this.scope.listen(box, 'pointerleave', () => (this.#hint.hidden = true));
  }

  #tell(event: PointerEvent): void {
    const density = this.#density;
    if (!density) return;
    const { left, width } = this.getBoundingClientRect();
    const place = (event.clientX - left - THUMB_PX / 2) / Math.max(1, width - THUMB_PX);
    const { seconds, count } = pieceAt(density, place);
    this.#hint.textContent = `${clock(seconds)} · ${chatText().densityAt(count)}`;
    this.#hint.hidden = false;
    const half = this.#hint.offsetWidth / 2;
    this.#hint.style.left = `${Math.min(Math.max(half, event.clientX - left), width - half)}px`;
  }
}

define('message-density', MessageDensity);
