// Watches a live's page from its first byte on; times are since the navigation began.
{
  let elementMs = null;
  const tell = (frameMs) => {
    const playerMs = document.querySelector('live-player').stats.joinMs;
    if (playerMs === null) setTimeout(tell, 5, frameMs);
    else console.log(`join: ${JSON.stringify({ elementMs, frameMs, playerMs })}`);
  };
  const look = new MutationObserver(() => {
    const player = document.querySelector('live-player');
    if (!player?.firstChild) return;
    look.disconnect();
    elementMs = performance.now();
    // Direct says so with its first picture, for it has no video that would.
    player.addEventListener('player-state', ({ detail }) => {
      if (detail.state === 'playing') tell(performance.now());
    });
    player.querySelector('video')?.requestVideoFrameCallback(() => tell(performance.now()));
  });
  look.observe(document, { childList: true, subtree: true });
}
