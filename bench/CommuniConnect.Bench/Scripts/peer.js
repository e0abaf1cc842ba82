// One side of a WebRTC call between two pages: the shortest way from one browser to another.
window.benchPeer = (() => {
  const peer = new RTCPeerConnection();
  const described = () =>
    new Promise((resolve) => {
      const tell = () => peer.iceGatheringState === 'complete' && resolve(JSON.stringify(peer.localDescription));
      peer.addEventListener('icegatheringstatechange', tell);
      tell();
    });
  const video = document.createElement('video');
  video.autoplay = true;
  peer.addEventListener('track', (event) => {
    video.srcObject = event.streams[0];
    document.body.prepend(video);
  });
  return {
    video,
    async offer() {
      const stream = window.benchClock.camera();
      for (const track of stream.getTracks()) peer.addTrack(track, stream);
      await peer.setLocalDescription();
      return described();
    },
    async answer(offer, muted) {
      video.muted = muted;
      await peer.setRemoteDescription(JSON.parse(offer));
      await peer.setLocalDescription();
      return described();
    },
    accept: (answer) => peer.setRemoteDescription(JSON.parse(answer)),
  };
})();
