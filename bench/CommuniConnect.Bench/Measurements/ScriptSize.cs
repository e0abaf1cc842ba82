using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>How much script a viewer's page loads: its entries and everything they import.</summary>
internal static partial class ScriptSize
{
    private static readonly string[] Entries = ["/dist/site.js", "/dist/live.js"];
    private static readonly Target Small = new(60);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var client = new HttpClient { BaseAddress = server.Address };
        var scripts = await LoadAsync(client, cancellation);
        var sent = 0L;
        foreach (var path in scripts.Keys)
        {
            sent += await SentBytesAsync(client, path, cancellation);
        }
        var files = $"{scripts.Count} files";
        return
        [
            new("all scripts, gzipped", scripts.Values.Sum(Gzipped) / 1024.0, "KB", Small, files),
            new("as the server sends them to a browser", sent / 1024.0, "KB", Small, files),
            new(
                "not compressed",
                scripts.Values.Sum(s => (double)s.Length) / 1024,
                "KB",
                null,
                files
            ),
        ];
    }

    private static async Task<Dictionary<string, byte[]>> LoadAsync(
        HttpClient client,
        CancellationToken cancellation
    )
    {
        var loaded = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var waiting = new Queue<string>(Entries);
        while (waiting.TryDequeue(out var path))
        {
            if (loaded.ContainsKey(path))
            {
                continue;
            }
            var script = await client.GetByteArrayAsync(
                new Uri(path, UriKind.Relative),
                cancellation
            );
            loaded.Add(path, script);
            foreach (Match import in Import().Matches(Encoding.UTF8.GetString(script)))
            {
                waiting.Enqueue(
                    new Uri(
                        new Uri(client.BaseAddress!, path),
                        import.Groups["path"].Value
                    ).AbsolutePath
                );
            }
        }
        return loaded;
    }

    private static async Task<long> SentBytesAsync(
        HttpClient client,
        string path,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", "gzip, deflate, br, zstd"); // what Chromium says
        using var answer = await client.SendAsync(request, cancellation);
        return (await answer.Content.ReadAsByteArrayAsync(cancellation)).LongLength;
    }

    private static long Gzipped(byte[] script)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(script);
        }
        return result.Length;
    }

    /// <summary>A static or dynamic import as esbuild writes it.</summary>
    [GeneratedRegex(
        """(?:from|import\(?)\s*"(?<path>\.{1,2}/[^"]+\.js)"\)?""",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Import();
}
