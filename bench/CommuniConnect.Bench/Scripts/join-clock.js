// Watches a live's page from its first byte on; times are since the navigation began.
window.benchJoin = new Promise((resolve) => {
  const look = new MutationObserver(() => {
    const player = document.querySelector('live-player');
    const video = player?.querySelector('video');
    if (!video) return;
    look.disconnect();
    const elementMs = performance.now();
    video.requestVideoFrameCallback(() => {
      const frameMs = performance.now();
      const tell = () => {
        const playerMs = player.stats.joinMs;
        if (playerMs === null) setTimeout(tell, 5);
        else resolve(JSON.stringify({ elementMs, frameMs, playerMs }));
      };
      tell();
    });
  });
  look.observe(document, { childList: true, subtree: true });
});
