import { h, iconButton, setIcon } from './dom.js';
import type { Scope } from './scope.js';
import { text } from './texts.js';

const VOLUME_KEY = 'communiconnect.volume';
const VOLUME_STEP = 0.1;
const NOTE_MS = 5000;

/** What the controls work on: a video, or whatever stands in for one. Events: `play`, `pause`, `volumechange`. */
export interface ControlledMedia extends EventTarget {
  /** 0 to 1. */
  volume: number;
  muted: boolean;
  readonly paused: boolean;
  requestPictureInPicture(): Promise<unknown>;
}

/** The controls both players share. */
export class MediaControls {
  readonly playButton: HTMLButtonElement;
  readonly muteButton: HTMLButtonElement;
  readonly volume: HTMLInputElement;
  readonly pipButton: HTMLButtonElement;
  readonly fullButton: HTMLButtonElement;
  /** Why a button did nothing, for a few seconds. */
  readonly note = h('p', { class: 'control-note', role: 'status' });

  constructor(
    private readonly host: HTMLElement,
    /** What shows the picture: a click on it plays or pauses. */
    private readonly surface: HTMLElement,
    private readonly media: ControlledMedia,
    private readonly scope: Scope,
    /** Plays or pauses, in the way of this player. */
    private readonly toggle: () => void,
  ) {
    const t = text();
    this.playButton = iconButton('play', t.play);
    this.muteButton = iconButton('sound', t.mute);
    this.volume = h('input', {
      type: 'range', class: 'volume', min: 0, max: 1, step: 0.05, 'aria-label': t.volume,
    });
    this.pipButton = iconButton('pip', t.pictureInPicture, 'control pip');
    this.fullButton = iconButton('full', t.fullScreen);
    this.pipButton.hidden = !document.pictureInPictureEnabled;
    media.volume = storedVolume();

    scope.listen(this.playButton, 'click', () => toggle());
    scope.listen(surface, 'click', () => toggle());
    scope.listen(this.muteButton, 'click', () => this.toggleMute());
    scope.listen(this.volume, 'input', () => this.setVolume(Number(this.volume.value)));
    scope.listen(this.pipButton, 'click', () => void this.#togglePip());
    scope.listen(this.fullButton, 'click', () => this.toggleFullScreen());
    scope.listen(media, 'volumechange', () => this.#showSound());
    scope.listen(media, 'play', () => setIcon(this.playButton, 'pause', text().pause));
    scope.listen(media, 'pause', () => setIcon(this.playButton, 'play', text().play));
    scope.listen(document, 'fullscreenchange', () =>
      setIcon(this.fullButton, 'full', document.fullscreenElement === host ? text().exitFullScreen : text().fullScreen),
    );
    this.#showSound();
  }

  toggleMute(): void {
    this.media.muted = !this.media.muted;
    if (!this.media.muted && this.media.volume === 0) this.setVolume(0.5);
  }

  setVolume(volume: number): void {
    const bounded = Math.min(1, Math.max(0, volume));
    this.media.volume = bounded;
    this.media.muted = bounded === 0;
    try {
      localStorage.setItem(VOLUME_KEY, String(bounded));
    } catch {
      // Storage may be switched off; the volume is then only for this page.
    }
  }

  toggleFullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (this.host.requestFullscreen) void this.host.requestFullscreen().catch(() => {});
    // An iPhone shows only the video itself in full.
    else (videoOf(this.surface) as { webkitEnterFullscreen?(): void } | null)?.webkitEnterFullscreen?.();
  }

  /** Handles the keys both players share; true when the key was one of them. */
  handleKey(event: KeyboardEvent): boolean {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('select, input:not([type=range]), textarea')) {
      return false;
    }
    switch (event.key) {
      case ' ':
      case 'k':
        // On a button, space presses that button.
        if (target.closest('button')) return false;
        this.toggle();
        break;
      case 'm':
        this.toggleMute();
        break;
      case 'f':
        this.toggleFullScreen();
        break;
      case 'ArrowUp':
      case 'ArrowDown':
        if (target === this.volume) return false;
        this.setVolume(this.media.volume + (event.key === 'ArrowUp' ? VOLUME_STEP : -VOLUME_STEP));
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  async #togglePip(): Promise<void> {
    this.note.textContent = '';
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.media.requestPictureInPicture();
    } catch {
      // There is no picture yet, or the browser does not want to: the video stays where it is.
      this.note.textContent = text().pictureInPictureRefused;
      this.scope.timeout(() => (this.note.textContent = ''), NOTE_MS);
    }
  }

  #showSound(): void {
    const silent = this.media.muted || this.media.volume === 0;
    setIcon(this.muteButton, silent ? 'muted' : 'sound', silent ? text().unmute : text().mute);
    this.volume.value = String(silent ? 0 : this.media.volume);
  }
}

function videoOf(surface: HTMLElement): HTMLVideoElement | null {
  return surface instanceof HTMLVideoElement ? surface : surface.querySelector('video');
}

function storedVolume(): number {
  try {
    const value = Number(localStorage.getItem(VOLUME_KEY) ?? 1);
    return value > 0 && value <= 1 ? value : 1;
  } catch {
    return 1;
  }
}
