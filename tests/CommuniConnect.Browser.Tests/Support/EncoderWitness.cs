using System.Globalization;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>Sees every byte that the encoders of a page make, whatever becomes of it, and holds the replay against it.</summary>
internal sealed class EncoderWitness : IDisposable
{
    // The encoder that writes a file which FFmpeg can read by itself.
    private const string Script = """
        delete window.VideoEncoder;
        const Recorder = window.MediaRecorder;
        const page = crypto.randomUUID();
        let takes = 0;
        window.MediaRecorder = class extends Recorder {
          constructor(...inputs) {
            super(...inputs);
            const take = ++takes;
            let turn = Promise.resolve();
            this.addEventListener('dataavailable', (event) => {
              turn = turn.then(async () => {
                const bytes = new Uint8Array(await event.data.arrayBuffer());
                await window.witness(page, take, bytes.toBase64 ? bytes.toBase64() : btoa(String.fromCharCode(...bytes)));
              });
            });
          }
        };
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("witness-");
    private readonly Lock _lock = new();
    private readonly List<string> _pages = [];
    private readonly SortedSet<string> _takes = new(StringComparer.Ordinal);

    /// <summary>Watches a page from its next navigation on.</summary>
    public async Task WatchAsync(IPage page)
    {
        await page.ExposeFunctionAsync<string, int, string, bool>("witness", Add);
        await page.AddInitScriptAsync(Script);
    }

    /// <summary>How many encoders have run.</summary>
    public int Takes
    {
        get
        {
            lock (_lock)
            {
                return _takes.Count;
            }
        }
    }

    /// <summary>
    /// Every frame and every sound that was encoded is in the replay, in order, once.
    /// </summary>
    /// <param name="mayLack">Packets at the end of a take that a page which was killed may have kept to itself.</param>
    public async Task AssertReplayHoldsAllAsync(string replay, int mayLack = 0)
    {
        foreach (var kind in new[] { 'v', 'a' })
        {
            var recorded = await Footage.PacketsAsync(replay, kind);
            var at = 0;
            foreach (var take in _takes)
            {
                var encoded = await Footage.PacketsAsync(
                    Path.Combine(_folder.FullName, take),
                    kind
                );
                var held = 0;
                while (
                    held < encoded.Count
                    && at + held < recorded.Count
                    && recorded[at + held] == encoded[held]
                )
                {
                    held++;
                }
                Assert.True(
                    held >= encoded.Count - mayLack,
                    $"{kind} of take {take}: {held} of {encoded.Count} are in the replay, from packet {at} of {recorded.Count} on"
                );
                at += held;
            }
            Assert.Equal(recorded.Count, at);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private bool Add(string page, int take, string bytes)
    {
        lock (_lock)
        {
            if (!_pages.Contains(page))
            {
                _pages.Add(page);
            }
            var name = string.Create(
                CultureInfo.InvariantCulture,
                $"{_pages.IndexOf(page):d2}-{take:d3}.webm"
            );
            _takes.Add(name);
            using var file = new FileStream(Path.Combine(_folder.FullName, name), FileMode.Append);
            file.Write(Convert.FromBase64String(bytes));
            return true;
        }
    }
}
