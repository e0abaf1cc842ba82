using System.Globalization;
using System.Text;
using System.Text.Json;
using CommuniConnect.Server.Community.Lives;
using CsvHelper;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The whole chat of a live as a file, written page by page: what was removed is not in it.</summary>
internal static class ChatExport
{
    /// <summary>So long a message stands on the picture.</summary>
    private const decimal CueSeconds = 5;

    private const int PageLength = 1000;

    /// <summary>
    /// With a byte order mark, else spreadsheets take UTF-8 for something else; and what they would run as a formula
    /// stands behind an apostrophe.
    /// </summary>
    private static readonly CsvWriterOptions Csv = new()
    {
        Injection = CsvInjection.Escape,
        WriteByteOrderMark = true,
    };

    public static string? TypeOf(string? format) =>
        format switch
        {
            "json" => "application/json",
            "csv" => "text/csv; charset=utf-8",
            "vtt" => "text/vtt; charset=utf-8",
            _ => null,
        };

    public static async Task WriteAsync(
        string format,
        ChatStore store,
        int liveId,
        JsonSerializerOptions json,
        Stream to,
        CancellationToken cancellation
    )
    {
        var messages = ReadAsync(store, liveId, cancellation);
        if (format == "csv")
            await CsvAsync(messages, to, cancellation);
        else if (format == "vtt")
            await VttAsync(
                messages,
                await ClockAsync(store, liveId, cancellation),
                to,
                cancellation
            );
        else
            await JsonSerializer.SerializeAsync(to, messages, json, cancellation);
    }

    private static Task<ReplayClock> ClockAsync(
        ChatStore store,
        int liveId,
        CancellationToken cancellation
    ) => store.WithAsync(db => ReplayClock.ReadAsync(db, liveId, cancellation));

    private static async IAsyncEnumerable<ShownMessage> ReadAsync(
        ChatStore store,
        int liveId,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        for (var after = 0; ; )
        {
            var page = await store.AfterAsync(liveId, after, PageLength, cancellation);
            foreach (var message in page)
                yield return message.For(0);
            if (page.Count < PageLength)
                yield break;
            after = page[^1].Id;
        }
    }

    private static async Task CsvAsync(
        IAsyncEnumerable<ShownMessage> messages,
        Stream to,
        CancellationToken cancellation
    )
    {
        await using var csv = CsvWriter.Create(to, Csv, leaveOpen: true);
        await csv.WriteRecordAsync(
            ["id", "media_time", "timestamp", "author", "type", "reply_to", "content"],
            cancellation
        );
        await foreach (var m in messages.WithCancellation(cancellation))
        {
            csv.WriteField(m.Id, default);
            csv.WriteField(m.MediaTime, default);
            csv.WriteField(m.Timestamp.UtcDateTime, "O");
            csv.WriteField(NameOf(m));
            csv.WriteField(m.Type);
            csv.WriteField(m.ReplyTo, default);
            csv.WriteField(m.Content);
            await csv.EndRecordAsync(cancellation);
        }
    }

    /// <summary>WebVTT (https://www.w3.org/TR/webvtt1/): cues in the order of their start, one a message, at their places in the replay.</summary>
    private static async Task VttAsync(
        IAsyncEnumerable<ShownMessage> messages,
        ReplayClock clock,
        Stream to,
        CancellationToken cancellation
    )
    {
        // A message that waited for a moderator has a later number than its time.
        var sorted = new List<ShownMessage>();
        await foreach (var message in messages.WithCancellation(cancellation))
            sorted.Add(message);
        await using var text = new StreamWriter(to, new UTF8Encoding(false), leaveOpen: true)
        {
            NewLine = "\n",
        };
        await text.WriteLineAsync("WEBVTT");
        foreach (var message in sorted.OrderBy(m => m.MediaTime).ThenBy(m => m.Id))
        {
            cancellation.ThrowIfCancellationRequested();
            var at = clock.SecondsOf(message.MediaTime);
            var (from, until) = (Time(at), Time(at + CueSeconds));
            await text.WriteLineAsync(
                $"\n{message.Id}\n{from} --> {until}\n<v {OneLine(NameOf(message))}>{OneLine(message.Content)}"
            );
        }
    }

    private static string NameOf(ShownMessage message) =>
        $"{message.Author.FirstName} {message.Author.LastName}".Trim();

    private static string Time(decimal seconds)
    {
        var time = TimeSpan.FromMilliseconds((double)(seconds * 1000));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)time.TotalHours:00}:{time:mm\\:ss\\.fff}"
        );
    }

    /// <summary>Cue text ends at an empty line, and has &amp;, &lt; and &gt; for its own marks.</summary>
    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
