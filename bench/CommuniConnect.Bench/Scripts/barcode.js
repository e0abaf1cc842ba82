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

  /** Milliseconds since the picture a video shows was drawn, or null when it cannot be read. */
  const age = (video, shownMs) => {
    look.drawImage(video, 0, 0, small.width, small.height);
    const { data } = look.getImageData(0, 0, small.width, small.height);
    let code = 0;
    for (let i = 0; i < COLUMNS * ROWS; i++) {
      const x = (i % COLUMNS) * 8 + 4;
      const y = Math.floor(i / COLUMNS) * 8 + 4;
      code = code * 2 + (data[4 * (y * small.width + x) + 1] > 127 ? 1 : 0);
    }
    const time = Math.floor(code / 256);
    if (check(time) !== code % 256) return null;
    return (shownMs - time + 2 * WRAP) % WRAP;
  };

  /** Picture and sound of a camera that films the clock, 640x360 at 30 a second. */
  const camera = () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const context = canvas.getContext('2d', { alpha: false });
    draw(canvas, context);
    setInterval(() => draw(canvas, context), 1000 / 30);
    const stream = canvas.captureStream();
    const audio = new AudioContext();
    const tone = new OscillatorNode(audio, { frequency: 440 });
    const speaker = audio.createMediaStreamDestination();
    tone.connect(new GainNode(audio, { gain: 0.1 })).connect(speaker);
    tone.start();
    stream.addTrack(speaker.stream.getAudioTracks()[0]);
    return stream;
  };

  /** The age of every picture shown in `watchMs`, once pictures have come for `settleMs`; waits a minute for the first. */
  const watch = (video, settleMs, watchMs) =>
    new Promise((resolve) => {
      let from = null;
      const ages = [];
      let unread = 0;
      const tell = () => {
        const player = video.closest('live-player');
        const buffered = [];
        for (let i = 0; i < video.buffered.length; i++) buffered.push([video.buffered.start(i), video.buffered.end(i)]);
        const { readyState, currentTime, seeking, paused } = video;
        const state = JSON.stringify({
          player: player?.dataset.state, ...player?.stats, readyState, currentTime, seeking, paused, buffered,
        });
        resolve(JSON.stringify({ ages, unread, state }));
      };
      const step = () => {
        const now = performance.now();
        if (from === null) {
          from = now + settleMs;
          setTimeout(tell, settleMs + watchMs);
        }
        if (now >= from) {
          const ms = age(video, performance.timeOrigin + now);
          if (ms === null) unread++;
          else ages.push(ms);
        }
        video.requestVideoFrameCallback(step);
      };
      video.requestVideoFrameCallback(step);
      setTimeout(() => from ?? tell(), 60_000);
    });

  window.benchClock = { camera, watch };
  if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => camera();
}
