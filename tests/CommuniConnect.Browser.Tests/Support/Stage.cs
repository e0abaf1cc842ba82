using CommuniConnect.Server.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>
/// A camera and microphone of our own in place of Chromium's fake ones: noise, which needs every bit an encoder is given, that turns
/// white for 0.2 s each second, with a tone at the same moment.
/// </summary>
internal static class Stage
{
    private const string Script = """
        navigator.mediaDevices.getUserMedia = async ({ video }) => {
          const [width, height] = [video.width.ideal, video.height.ideal];
          const canvas = new OffscreenCanvas(256, 256);
          const noise = new ImageData(256, 256);
          for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 120;
          canvas.getContext('2d').putImageData(noise, 0, 0);
          const picture = Object.assign(document.createElement('canvas'), { width, height });
          const pen = picture.getContext('2d', { alpha: false });

          const audio = new AudioContext();
          const tone = new OscillatorNode(audio, { frequency: 1000 });
          const gain = new GainNode(audio, { gain: 0 });
          const out = audio.createMediaStreamDestination();
          tone.connect(gain).connect(out);
          tone.start();

          const began = performance.now();
          setInterval(() => {
            const isLoud = (performance.now() - began) % 1000 < 200;
            gain.gain.value = isLoud ? 0.5 : 0;
            pen.fillStyle = 'white';
            pen.fillRect(0, 0, width, height);
            if (isLoud) return;
            const [dx, dy] = [Math.random() * 256, Math.random() * 256];
            for (let x = -dx; x < width; x += 256) for (let y = -dy; y < height; y += 256) pen.drawImage(canvas, x, y);
          }, 33);
          return new MediaStream([...picture.captureStream(30).getVideoTracks(), ...out.stream.getAudioTracks()]);
        };
        """;

    /// <summary>From its next navigation on, this page films the stage.</summary>
    public static Task FilmStageAsync(this IPage page) => page.AddInitScriptAsync(Script);

    /// <summary>When the picture turns white and when the tone begins, in seconds of a recording, as FFmpeg decodes them.</summary>
    public static async Task<(List<double> Flashes, List<double> Tones)> BeatsAsync(string file)
    {
        var (_, levels, errors) = await Tool.RunAsync(
            "ffmpeg",
            ["-v", "error", "-i", file, "-vf", Levels, "-f", "null", "-"]
        );
        Assert.Empty(errors);
        var flashes = new List<double>();
        var (time, wasBright) = (0d, true);
        foreach (var line in levels.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Contains("pts_time:", StringComparison.Ordinal))
            {
                time = Number(line, "pts_time:");
                continue;
            }
            var isBright = Number(line, "YAVG=") > 180;
            if (isBright && !wasBright)
            {
                flashes.Add(time);
            }
            wasBright = isBright;
        }
        var (_, _, log) = await Tool.RunAsync(
            "ffmpeg",
            ["-i", file, "-af", "silencedetect=noise=-30dB:duration=0.2", "-f", "null", "-"]
        );
        var tones = log.Split('\n')
            .Where(line => line.Contains("silence_end: ", StringComparison.Ordinal))
            .Select(line => Number(line, "silence_end: "));
        return (flashes, [.. tones]);
    }

    private const string Levels =
        "signalstats,metadata=mode=print:key=lavfi.signalstats.YAVG:file=-";

    private static double Number(string line, string label)
    {
        var from = line.IndexOf(label, StringComparison.Ordinal) + label.Length;
        var text = line[from..].Split(' ', '|')[0];
        return double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }
}
