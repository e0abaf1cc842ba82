import { Capture, captureProblem, devices, lackOf, pictureSizes, type CaptureChoice, type PictureSize } from '../lib/capture.js';
import { h, iconButton, setIcon } from '../lib/dom.js';
import { define, ScopedElement } from '../lib/element.js';
import type { Scope } from '../lib/scope.js';
import { text } from '../lib/texts.js';

// A picture of a live in the feed: sharp on a phone, and about 20 kB.
const PICTURE_WIDTH = 640;
// On a phone the start button matters more than the choice of devices, which is one touch away.
const ROOMY = '(min-width: 60rem)';

/**
 * The broadcaster's picture and sound: preview, choice of devices, screen, mute.
 * Event: `capture-changed` {stream, size}: another stream is to be sent from now on.
 */
export class CapturePanel extends ScopedElement {
  /** Awaited before devices are let go: what is being recorded from them must come to its end first. */
  beforeSwitch: () => Promise<void> = async () => {};

  readonly #video = h('video', { muted: true, playsinline: true, autoplay: true });
  /** Where the studio puts its badge and counts, over the picture. */
  readonly overlay = h('div', { class: 'player-top' });
  readonly #status = h('p', { class: 'player-status', role: 'status' });
  readonly #alert = h('div', { class: 'alert error', role: 'alert', hidden: true });
  readonly #camera = h('select', { id: 'studio-camera' });
  readonly #microphone = h('select', { id: 'studio-microphone' });
  readonly #quality = h('select', { id: 'studio-quality' });
  readonly #small = h('input', { type: 'checkbox', checked: true });
  #micButton!: HTMLButtonElement;
  #cameraButton!: HTMLButtonElement;
  #screenButton!: HTMLButtonElement;
  #capture = this.#newCapture();
  #muted = false;
  #pictureOff = false;
  /** Devices were opened and not let go of since: the browser does not ask the member again. */
  #opened = false;
  /** Until devices are let go of: what was asked for before is no longer wanted then. */
  #wanted!: Scope;
  /** One device change at a time; a later wish waits for the earlier one. */
  #work: Promise<void> = Promise.resolve();

  get stream(): MediaStream | null {
    return this.#capture.stream;
  }

  get size(): PictureSize {
    return pictureSizes[this.#quality.selectedIndex] ?? pictureSizes[0]!;
  }

  /** Whether a small picture may be sent beside the large one. */
  get sendsSmall(): boolean {
    return this.#small.checked;
  }

  protected mount(): void {
    const { scope } = this;
    this.#wanted = scope.child();
    const t = text();
    // The property, not only the attribute: an element made by script ignores the attribute, and would howl.
    this.#video.muted = true;
    this.#video.setAttribute('aria-label', t.preview);
    this.#micButton = iconButton('mic', t.micOff, 'button quiet icon-only');
    this.#cameraButton = iconButton('camera', t.cameraOff, 'button quiet icon-only');
    this.#screenButton = h('button', { type: 'button', class: 'button quiet' }, t.useScreen);
    this.#screenButton.hidden = !navigator.mediaDevices || !('getDisplayMedia' in navigator.mediaDevices);
    this.#quality.replaceChildren(h('option', {}, t.qualityStandard), h('option', {}, t.qualityHigh));
    this.replaceChildren(
      h('div', { class: 'player preview' }, this.#video, this.overlay, this.#status),
      this.#alert,
      h('div', { class: 'studio-tools' }, this.#micButton, this.#cameraButton, this.#screenButton),
      h('details', { class: 'studio-settings', open: matchMedia(ROOMY).matches },
        h('summary', {}, t.settings),
        h('div', { class: 'studio-devices form' },
          field(this.#camera, t.camera), field(this.#microphone, t.microphone), field(this.#quality, t.quality),
          h('label', { class: 'check' }, this.#small, h('span', {}, t.sendSmall)))),
    );

    scope.listen(this.#micButton, 'click', () => this.#setMuted(!this.#muted));
    scope.listen(this.#cameraButton, 'click', () => this.#setPictureOff(!this.#pictureOff));
    scope.listen(this.#screenButton, 'click', () => void (this.#capture.fromScreen ? this.open() : this.#openScreen()));
    // Another camera is for when the screen is no longer shown.
    scope.listen(this.#camera, 'change', () => void (this.#capture.fromScreen || this.open()));
    for (const select of [this.#microphone, this.#quality]) scope.listen(select, 'change', () => void this.#reopen());
    if (navigator.mediaDevices) scope.listen(navigator.mediaDevices, 'devicechange', () => void this.#devicesChanged());
    scope.onDispose(() => this.#capture.close());
    void this.open();
  }

  /** Opens the chosen camera and microphone. */
  open(): Promise<void> {
    return this.#inTurn(async () => {
      this.#status.textContent = text().preparing;
      await this.beforeSwitch();
      await this.#capture.openCamera(this.#choice());
    });
  }

  /** What the preview shows now as a small JPEG; null when there is no picture. */
  async takePicture(): Promise<Blob | null> {
    const { videoWidth, videoHeight } = this.#video;
    if (this.#pictureOff || videoWidth === 0) return null;
    const scale = Math.min(1, PICTURE_WIDTH / videoWidth);
    const canvas = h('canvas', { width: Math.round(videoWidth * scale), height: Math.round(videoHeight * scale) });
    canvas.getContext('2d')?.drawImage(this.#video, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.7));
  }

  /** Hides the choice of devices; who wants it opens it again. */
  foldSettings(): void {
    this.querySelector('details')?.removeAttribute('open');
  }

  /** Lets go of camera and microphone, and of what is still being opened; a device that is plugged in later is not taken up. */
  close(): void {
    this.#wanted.dispose();
    this.#wanted = this.scope.child();
    this.#opened = false;
    this.#capture.close();
    this.#video.srcObject = null;
  }

  /** Opens what is chosen anew; who shows their screen goes on showing it. */
  #reopen(): Promise<void> {
    return this.#capture.fromScreen ? this.#openScreen(this.#capture) : this.open();
  }

  /** @param shown What shows the screen already; nothing is done once it does not. */
  #openScreen(shown?: Capture): Promise<void> {
    return this.#inTurn(async () => {
      if (shown && !shown.fromScreen) return;
      const capture = this.#newCapture();
      try {
        await capture.openScreen(this.#choice(), shown);
      } catch (error) {
        // The member closed the question: the camera simply stays.
        if ((error as DOMException).name === 'NotAllowedError') return;
        throw error;
      }
      await this.beforeSwitch();
      this.#capture.close();
      this.#capture = capture;
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const { signal } = this.#wanted;
    this.#work = this.#work.then(async () => {
      if (signal.aborted) return;
      const before = this.#capture.stream;
      try {
        await work();
        this.#alert.hidden = true;
      } catch (error) {
        if (!signal.aborted) this.#showProblem(captureProblem(error));
      }
      if (signal.aborted) this.#capture.close();
      else if (this.#capture.stream !== before) this.#use();
      this.#status.textContent = '';
    });
    return this.#work;
  }

  #use(): void {
    const { stream, fromScreen } = this.#capture;
    this.#capture.setMuted(this.#muted);
    this.#capture.setPictureOff(this.#pictureOff);
    this.#video.srcObject = stream;
    this.#video.classList.toggle('mirrored', !fromScreen);
    this.#screenButton.textContent = fromScreen ? text().useCamera : text().useScreen;
    if (!stream) return;
    void this.#video.play().catch(() => {});
    this.#opened = true;
    if (!this.#capture.hasPicture || !this.#capture.hasSound) this.#showProblem(lackOf(this.#capture));
    void this.#listDevices();
    this.emit('capture-changed', { stream, size: this.size });
  }

  #newCapture(): Capture {
    return new Capture((kind) => void this.#sourceEnded(kind));
  }

  /** What is left goes on, with another device where there is one. */
  async #sourceEnded(kind: string): Promise<void> {
    const { fromScreen } = this.#capture;
    const screenEnded = fromScreen && kind === 'video';
    await (screenEnded ? this.open() : this.#reopen());
    if (this.#alert.hidden && !this.scope.signal.aborted) {
      this.#status.textContent = screenEnded ? text().screenStopped : text().deviceLost;
    }
  }

  /** Takes up what was missing as soon as it is plugged in. */
  async #devicesChanged(): Promise<void> {
    await this.#listDevices();
    const { hasPicture, hasVoice } = this.#capture;
    if (!this.#opened) return;
    if ((!hasPicture && !this.#camera.disabled) || (!hasVoice && !this.#microphone.disabled)) await this.#reopen();
  }

  #choice(): CaptureChoice {
    return {
      cameraId: this.#camera.value || undefined,
      microphoneId: this.#microphone.value || undefined,
      size: this.size,
    };
  }

  async #listDevices(): Promise<void> {
    const t = text();
    const tracks = this.#capture.stream?.getTracks() ?? [];
    const used = tracks.map((track) => track.getSettings().deviceId);
    fill(this.#camera, await devices('videoinput'), t.cameraNumber, used);
    fill(this.#microphone, await devices('audioinput'), t.microphoneNumber, used);
  }

  #setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#capture.setMuted(muted);
    setIcon(this.#micButton, 'mic', muted ? text().micOn : text().micOff);
    this.#micButton.classList.toggle('off', muted);
  }

  #setPictureOff(off: boolean): void {
    this.#pictureOff = off;
    this.#capture.setPictureOff(off);
    setIcon(this.#cameraButton, 'camera', off ? text().cameraOn : text().cameraOff);
    this.#cameraButton.classList.toggle('off', off);
  }

  #showProblem(sentence: string): void {
    const again = h('button', { type: 'button', class: 'button quiet' }, text().tryAgain);
    again.addEventListener('click', () => void this.#reopen(), { once: true });
    this.#alert.replaceChildren(h('p', {}, sentence), again);
    this.#alert.hidden = false;
  }
}

function field(select: HTMLSelectElement, label: string): HTMLElement {
  return h('div', { class: 'field' }, h('label', { for: select.id }, label), select);
}

function fill(
  select: HTMLSelectElement,
  found: readonly MediaDeviceInfo[],
  nameOf: (n: number) => string,
  used: readonly (string | undefined)[],
): void {
  const chosen = found.find((device) => used.includes(device.deviceId))?.deviceId ?? select.value;
  select.replaceChildren(
    ...found.map((device, i) => h('option', { value: device.deviceId }, device.label || nameOf(i + 1))),
  );
  if (found.some((device) => device.deviceId === chosen)) select.value = chosen;
  select.disabled = found.length === 0;
}

define('capture-panel', CapturePanel);
