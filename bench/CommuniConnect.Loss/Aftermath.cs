namespace CommuniConnect.Loss;

/// <summary>Stops a live, fetches what is kept of it, and has it judged.</summary>
internal sealed class Aftermath(IReadOnlyList<Api> members, string scratch, Judge judge)
{
    /// <param name="where">What a complaint says of its place.</param>
    /// <param name="seen">What somebody read while the live ran.</param>
    public async Task CheckAsync(
        string where,
        StartedLive live,
        Publisher publisher,
        IEnumerable<Chatter> chatters,
        IReadOnlyDictionary<int, string> seen
    )
    {
        var stopped = await members[live.Owner].StopAsync(live.Id);
        var url = stopped.GetProperty("video_url").GetString();
        var bytes = url is null ? [] : await members[0].DownloadAsync(url);
        judge.Replay(where, publisher.AcknowledgedBytes, WebMBlocks.Read(bytes));
        if (url is not null)
        {
            var (exit, errors) = await Ffmpeg.ProbeAsync(bytes, scratch);
            judge.Probe(where, exit, errors);
        }
        var here = chatters.Where(c => c.Live == live.Id).ToList();
        judge.Chat(
            where,
            [.. here.SelectMany(c => c.Acknowledged)],
            here.SelectMany(c => c.Removals).ToDictionary(),
            seen,
            await members[0].MessagesAsync(live.Id)
        );
    }
}
