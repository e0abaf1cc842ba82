using System.Diagnostics;

namespace CommuniConnect.Loss;

/// <summary>Four lives and fifty chatters, a kill or two at random moments, then the count.</summary>
internal sealed class Round(
    ServerUnderTest server,
    IReadOnlyList<Api> members,
    byte[] footage,
    string scratch,
    Tally tally,
    Random random
)
{
    public const int Lives = 4;
    public const int Chatters = 50;
    private readonly List<Block> _published = WebMBlocks.Read(footage);

    public async Task RunAsync(int number)
    {
        using var enough = new CancellationTokenSource();
        var lives = new List<StartedLive>();
        for (var i = 0; i < Lives; i++)
        {
            lives.Add(await members[i].StartLiveAsync(i));
        }
        var publishers = lives
            .Select(live => new Publisher(live, footage, tally, new Random(random.Next())))
            .ToList();
        var chatters = Enumerable
            .Range(0, Chatters)
            .Select(i => new Chatter(
                members[i],
                lives[i % Lives].Id,
                $"r{number}c{i}",
                new Random(random.Next())
            ))
            .ToList();
        var seen = lives.Select(_ => new Dictionary<int, string>()).ToList();
        var watching = lives.Select((live, i) => WatchAsync(live.Id, seen[i], enough.Token));
        List<Task> all =
        [
            .. publishers.Select(p => Task.Run(() => p.RunAsync(enough.Token))),
            .. chatters.Select(c => Task.Run(() => c.RunAsync(enough.Token))),
            .. watching,
        ];
        for (var kills = random.Next(1, 3); kills > 0; kills--)
        {
            await Task.Delay(random.Next(200, 2_500));
            await server.KillAsync();
            tally.Add("kills");
            await server.StartAsync();
        }
        await Task.Delay(random.Next(0, 2_000));
        await enough.CancelAsync();
        await Task.WhenAll(all);
        for (var i = 0; i < Lives; i++)
        {
            await CheckReplayAsync(lives[i], publishers[i]);
            await CheckChatAsync(lives[i].Id, chatters, seen[i]);
        }
        tally.Add("runs");
    }

    /// <summary>Somebody who reads along: what was once seen must stay what it was.</summary>
    private async Task WatchAsync(int live, Dictionary<int, string> seen, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            foreach (var (id, content) in await members[^1].MessagesAsync(live, seen.Count))
            {
                seen[id] = content;
            }
            await Task.Delay(100, CancellationToken.None);
        }
    }

    private async Task CheckReplayAsync(StartedLive live, Publisher publisher)
    {
        var acknowledged = publisher.AcknowledgedBytes;
        var promised = _published.Where(block => block.End <= acknowledged).ToList();
        var stopped = await members[live.Owner].StopAsync(live.Id);
        tally.Add("acknowledged_bytes", acknowledged);
        if (!stopped.GetProperty("video_saved").GetBoolean())
        {
            tally.Lose(
                "acknowledged_bytes_lost",
                promised.Sum(b => b.Bytes),
                $"live {live.Id}: no replay"
            );
            return;
        }
        var bytes = await members[0].DownloadAsync(stopped.GetProperty("video_url").GetString()!);
        var kept = WebMBlocks.Read(bytes);
        foreach (var track in _published.Select(b => b.Track).Distinct())
        {
            var was = _published.Where(b => b.Track == track).Select(b => b.Hash).ToList();
            var isNow = kept.Where(b => b.Track == track).Select(b => b.Hash).ToList();
            var same = was.Zip(isNow).TakeWhile(pair => pair.First == pair.Second).Count();
            tally.Lose(
                "frames_doubled_or_out_of_order",
                isNow.Count - same,
                $"live {live.Id}, track {track}: frame {same} of {isNow.Count}"
            );
            tally.Lose(
                "acknowledged_bytes_lost",
                promised.Where(b => b.Track == track).Skip(same).Sum(b => b.Bytes),
                $"live {live.Id}, track {track}: {same} frames, acknowledged {acknowledged}"
            );
        }
        tally.Add("frames_kept", kept.Count);
        await ProbeAsync(bytes, live.Id);
    }

    private async Task ProbeAsync(byte[] replay, int live)
    {
        var file = Path.Combine(scratch, "replay.webm");
        await File.WriteAllBytesAsync(file, replay);
        using var probe = Process.Start(
            new ProcessStartInfo(
                "ffprobe",
                ["-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", file]
            )
            {
                RedirectStandardError = true,
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        var output = probe.StandardOutput.ReadToEndAsync();
        var errors = await probe.StandardError.ReadToEndAsync();
        await output;
        await probe.WaitForExitAsync();
        tally.Add("replays");
        tally.Lose(
            "replays_refused",
            errors.Length > 0 || probe.ExitCode != 0 ? 1 : 0,
            $"live {live}: {errors}"
        );
    }

    private async Task CheckChatAsync(
        int live,
        IReadOnlyList<Chatter> chatters,
        Dictionary<int, string> seen
    )
    {
        var kept = await members[0].MessagesAsync(live);
        var byId = kept.ToDictionary(m => m.Id, m => m.Content);
        var promised = chatters.Where(c => c.Live == live).SelectMany(c => c.Acknowledged).ToList();
        tally.Add("messages_acknowledged", promised.Count);
        tally.Lose(
            "messages_lost",
            promised.Count(m => byId.GetValueOrDefault(m.Key) != m.Value),
            $"live {live}"
        );
        tally.Lose(
            "messages_doubled",
            kept.Count - kept.Select(m => m.Content).Distinct(StringComparer.Ordinal).Count(),
            $"live {live}"
        );
        tally.Lose(
            "messages_out_of_order",
            seen.Count(m => byId.GetValueOrDefault(m.Key) != m.Value)
                + kept.Where((m, i) => m.Id != i + 1).Count(),
            $"live {live}"
        );
    }
}
