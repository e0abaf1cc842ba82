// Goes to moments of a live by the player's own slider. Gives the milliseconds from each wish to a picture of that moment:
// first of all the way away from the edge, then all over the live.
async ({ seeks, seconds }) => {
  const player = document.querySelector('live-player');
  const until = async (reached) => {
    while (!reached()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await until(() => player.mediaTimeSeconds > seconds - 60);
  const slider = player.querySelector('.progress');

  /** Completes with a picture of that moment, whatever video shows it. */
  const shown = (moment) => new Promise((resolve) => {
    const watched = new WeakSet();
    const watch = () => {
      const { video } = player;
      if (!video || watched.has(video)) return;
      watched.add(video);
      const look = (_now, { mediaTime }) => {
        if (player.video === video && Math.abs(mediaTime - moment) < 0.5) {
          clearInterval(timer);
          resolve(performance.now());
        } else {
          video.requestVideoFrameCallback(look);
        }
      };
      video.requestVideoFrameCallback(look);
    };
    const timer = setInterval(watch, 4);
    watch();
  });

  const times = [];
  for (let i = 0; i <= seeks; i++) {
    // Spread over the live by the golden ratio: the same moments in every run, none close to the one before.
    const moment = 1 + (((i + 1) * 0.618034) % 1) * (seconds - 60);
    await until(() => Number(slider.max) > moment);
    const picture = shown(moment);
    const begunMs = performance.now();
    slider.value = String(moment);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    times.push((await picture) - begunMs);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return times;
}
