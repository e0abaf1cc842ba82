// A picture that says when it was drawn: 8 by 4 cells, black or white; 24 bits of milliseconds, then a check of 8.
{
  const COLUMNS = 8;
  const ROWS = 4;
  const TIME_BITS = 24;
  const WRAP = 2 ** TIME_BITS;
  // On the wall's clock, which all pages of this machine share, but finer.
  const clockMs = () => performance.timeOrigin + performance.now();
  const check = (time) => ((time & 255) * 7 + ((time >> 8) & 255) * 13 + ((time >> 16) & 255) * 31 + 165) & 255;

  /** Draws the time over the whole canvas. */
  const draw = (canvas, context) => {
    const time = Math.round(clockMs()) % WRAP;
    const code = time * 256 + check(time);
    const [width, height] = [canvas.width / COLUMNS, canvas.height / ROWS];
    for (let i = 0; i < COLUMNS * ROWS; i++) {
      const isSet = Math.floor(code / 2 ** (31 - i)) % 2 === 1;
      context.fillStyle = isSet ? '#fff' : '#000';
      context.fillRect((i % COLUMNS) * width, Math.floor(i / COLUMNS) * height, width, height);
    }
  };

  const small = new OffscreenCanvas(COLUMNS * 8, ROWS * 8);
  const look = small.getContext('2d', { willReadFrequently: true });

  /** When the picture a video or a canvas shows was drawn, or null when it cannot be read. */
  const drawnMs = (surface) => {
    look.drawImage(surface, 0, 0, small.width, small.height);
    const { data } = look.getImageData(0, 0, small.width, small.height);
    let code = 0;
    for (let i = 0; i < COLUMNS * ROWS; i++) {
      const x = (i % COLUMNS) * 8 + 4;
      const y = Math.floor(i / COLUMNS) * 8 + 4;
      code = code * 2 + (data[4 * (y * small.width + x) + 1] > 127 ? 1 : 0);
    }
    const time = Math.floor(code / 256);
    return check(time) === code % 256 ? time : null;
  };

  const ageAt = (shownMs, time) => (shownMs - time + 2 * WRAP) % WRAP;

  // A click begins with every second of the wall's clock, over a hum that keeps the encoder awake.
  const CLICK_SECONDS = 0.02;
  const CLICK_LEVEL = 0.15;
  const clicks = (audio, gain) => {
    let nextMs = Math.ceil(clockMs() / 1000) * 1000;
    setInterval(() => {
      for (; nextMs < clockMs() + 1500; nextMs += 1000) {
        const at = audio.currentTime + (nextMs - clockMs()) / 1000;
        if (at < audio.currentTime) continue;
        gain.setValueAtTime(0.8, at);
        gain.setValueAtTime(0.02, at + CLICK_SECONDS);
      }
    }, 250);
  };

  /** Milliseconds between a click's beginning and its being heard on this page, as its loudspeaker gets it. */
  const soundAges = [];
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to instanceof AudioDestinationNode) listen(this);
    return connect.call(this, to, ...more);
  };
  const listen = (source) => {
    const { context } = source;
    const ear = new AnalyserNode(context, { fftSize: 4096 });
    connect.call(source, ear);
    const samples = new Float32Array(ear.fftSize);
    let deafUntil = 0;
    const hear = () => {
      ear.getFloatTimeDomainData(samples);
      const now = context.currentTime;
      const first = samples.findIndex((sample) => Math.abs(sample) > CLICK_LEVEL);
      const at = now - (samples.length - first) / context.sampleRate;
      if (first >= 0 && at > deafUntil) {
        deafUntil = at + 0.5;
        const heardMs = clockMs() - (now - at) * 1000 + (context.outputLatency || context.baseLatency || 0) * 1000;
        soundAges.push({ heardMs, age: heardMs % 1000 });
      }
      requestAnimationFrame(hear);
    };
    requestAnimationFrame(hear);
  };

  /** Picture and sound of a camera that films the clock, 640x360 at 30 a second. */
  const camera = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const context = canvas.getContext('2d', { alpha: false });
    draw(canvas, context);
    setInterval(() => draw(canvas, context), 1000 / 30);
    const stream = canvas.captureStream();
    const audio = new AudioContext({ sampleRate: 48_000 }); // as a microphone gives it, echo cancelled
    const tone = new OscillatorNode(audio, { frequency: 1000 });
    const speaker = audio.createMediaStreamDestination();
    const gain = new GainNode(audio, { gain: 0.02 });
    tone.connect(gain).connect(speaker);
    clicks(audio, gain.gain);
    tone.start();
    stream.addTrack(speaker.stream.getAudioTracks()[0]);
    return stream;
  };

  /** Calls back with every picture a video or a canvas shows, and when that was. */
  const eachPicture = (surface, seen) => {
    if (surface instanceof HTMLVideoElement) {
      const step = () => {
        seen(performance.now());
        surface.requestVideoFrameCallback(step);
      };
      surface.requestVideoFrameCallback(step);
      return;
    }
    const player = surface.closest('live-player');
    let painted = 0;
    const step = () => {
      const { framesDecoded } = player.stats;
      if (framesDecoded !== painted) seen(performance.now());
      painted = framesDecoded;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  };

  /** How far the sound is behind the picture at each click, in milliseconds, where sound could be listened to. */
  const sync = (pictures) =>
    soundAges.flatMap(({ heardMs, age }) => {
      const near = pictures.filter(({ shownMs }) => Math.abs(shownMs - heardMs) < 50);
      return near.length === 0 ? [] : [age - near.reduce((sum, picture) => sum + picture.age, 0) / near.length];
    });

  /** The age of every picture shown in `watchMs`, once pictures have come for `settleMs`; waits a minute for the first. */
  const watch = (surface, settleMs, watchMs) =>
    new Promise((resolve) => {
      let from = null;
      const pictures = [];
      let unread = 0;
      let last = null;
      let longestMs = 0;
      const tell = () => {
        const player = surface.closest('live-player');
        const { readyState, currentTime, paused } = surface;
        const state = JSON.stringify({ player: player?.dataset.state, mode: player?.dataset.mode, ...player?.stats, readyState, currentTime, paused });
        const { stalls = 0 } = player?.stats ?? {};
        resolve(JSON.stringify({ ages: pictures.map(({ age }) => age), sync: sync(pictures), sound: soundAges.map(({ age }) => age), unread, stalls, longestMs, state }));
      };
      eachPicture(surface, (now) => {
        if (from === null) {
          from = now + settleMs;
          setTimeout(tell, settleMs + watchMs);
        }
        // Read from the first on: that the reading begins would be a hiccup of what is measured.
        const time = drawnMs(surface);
        if (now < from) return;
        if (last !== null) longestMs = Math.max(longestMs, now - last);
        last = now;
        const shownMs = performance.timeOrigin + now;
        if (time === null) unread++;
        else pictures.push({ shownMs, age: ageAt(shownMs, time) });
      });
      setTimeout(() => from ?? tell(), 60_000);
    });

  const SAMPLE_MS = 50;
  // What stands for so long is a stall, and not a frame that came late.
  const STALL_MS = 500;

  /**
   * What somebody sees who looks at the player for `watchMs`, however it plays: every 50 ms the age of what is shown, and how long
   * pictures stood. Begins with the first picture.
   */
  const follow = (player, settleMs, watchMs) =>
    new Promise((resolve) => {
      const [ages, stalls, modes] = [[], [], []];
      let shown = null;
      let sinceMs = 0;
      let fromMs = null;
      const stood = (now) => {
        if (now - sinceMs > STALL_MS) stalls.push(now - sinceMs);
        sinceMs = now;
      };
      const timer = setInterval(() => {
        const now = performance.now();
        const surface = player.querySelector('.player-picture:not(.waiting) :is(video, .player-canvas)');
        const time = surface && drawnMs(surface);
        if (fromMs === null) {
          if (time === null) return;
          fromMs = sinceMs = now + settleMs;
        }
        if (now < fromMs) return;
        if (time !== null) {
          // Until another comes what is seen is the one before, and grows old.
          if (time !== shown) stood(now);
          shown = time;
        }
        if (shown !== null) ages.push(ageAt(performance.timeOrigin + now, shown));
        const { mode } = player.dataset;
        if (mode !== modes.at(-1)) modes.push(mode);
        if (now < fromMs + watchMs) return;
        clearInterval(timer);
        stood(now);
        resolve(JSON.stringify({ ages, stalls, modes }));
      }, SAMPLE_MS);
    });

  window.benchClock = { camera, watch, follow };
  if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => camera();
}
