using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>Viewers who take nothing of what they are sent.</summary>
public sealed class StuckViewerTests
{
    private const int Viewers = 40;
    private const int FrameBytes = 6 << 20;

    /// <summary>The one frame, as often as the server has it for all viewers and for the recording.</summary>
    private const long MostBytes = 12L * FrameBytes;

    [Theory]
    [InlineData("all")]
    [InlineData("every")]
    public async Task Viewers_in_Direct_who_read_nothing_hold_little_of_a_large_frame_and_who_reads_gets_it_whole(
        string wanted
    )
    {
        await using var server = new ServerProcess();
        var (id, ingest, watch) = await OnAirAsync(server);
        var direct = new UriBuilder(watch) { Path = watch.AbsolutePath[..^".webm".Length] }.Uri;
        var viewers = new List<RawWebSocket>();
        for (var viewer = 0; viewer <= Viewers; viewer++)
        {
            viewers.Add(await RawWebSocket.ConnectAsync(direct));
            if (wanted == "every")
            {
                await viewers[^1]
                    .SendAsync(
                        RawFrame.Text,
                        Encoding.UTF8.GetBytes("""{"type":"select","video":true,"every":1}""")
                    );
            }
        }
        await UntilWatchingAsync(server, id);
        var before = ResidentBytes(server);

        await using var studio = await StudioSocket.ConnectAsync(new Uri(server.Address, ingest));
        await studio.SendAsync(TakeOf(FrameBytes));
        await studio.CompleteAsync();
        RawFrame frame;
        while ((frame = await viewers[^1].ReadAndAnswerAsync()).First != RawFrame.Binary) { }

        Assert.Equal(Payload(FrameBytes), frame.Payload[^FrameBytes..]);
        Assert.InRange(ResidentBytes(server) - before, 0, MostBytes);
        viewers.ForEach(v => v.Dispose());
    }

    [Fact]
    public async Task Viewers_of_the_stream_who_read_nothing_hold_little_of_a_large_frame_and_who_reads_gets_it_whole()
    {
        await using var server = new ServerProcess();
        var (id, ingest, watch) = await OnAirAsync(server);
        var viewers = new List<TcpClient>();
        for (var viewer = 0; viewer < Viewers; viewer++)
        {
            viewers.Add(new TcpClient { ReceiveBufferSize = 8 << 10 });
            await viewers[^1].ConnectAsync(watch.Host, watch.Port).WithinAsync();
            await viewers[^1]
                .GetStream()
                .WriteAsync(
                    Encoding.ASCII.GetBytes(
                        $"GET {watch.AbsolutePath} HTTP/1.1\r\nHost: {watch.Authority}\r\n\r\n"
                    )
                );
        }
        using var client = new HttpClient();
        var reading = client.GetAsync(watch, HttpCompletionOption.ResponseHeadersRead);
        await UntilWatchingAsync(server, id);
        var before = ResidentBytes(server);
        var take = TakeOf(FrameBytes);

        await using var studio = await StudioSocket.ConnectAsync(new Uri(server.Address, ingest));
        await studio.SendAsync(take);
        await studio.CompleteAsync();
        using var response = await reading.WithinAsync();
        var read = new byte[take.Length];
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(read).AsTask().WithinAsync();

        Assert.Equal(take, read);
        Assert.InRange(ResidentBytes(server) - before, 0, MostBytes);
        viewers.ForEach(v => v.Dispose());
    }

    private static async Task<(int Id, string Ingest, Uri Watch)> OnAirAsync(ServerProcess server)
    {
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        var watch = new Uri((await server.PostAsync(id)).Text("watch_url")!).PathAndQuery;
        return (id, ingest, new Uri(server.Address, watch));
    }

    private static Task UntilWatchingAsync(ServerProcess server, int id) =>
        Patience.UntilAsync(
            async () => (await server.LiveAsync(id)).Int("viewers") == Viewers + 1,
            "all viewers are there"
        );

    /// <summary>A take of one keyframe.</summary>
    private static byte[] TakeOf(int frameBytes) =>
        [
            .. WebMStream.Header([
                new Track
                {
                    Number = 1,
                    Kind = TrackKind.Video,
                    CodecId = "V_VP8",
                    Width = 320,
                    Height = 180,
                },
            ]),
            .. WebMStream.Cluster([
                new MediaPacket
                {
                    TrackNumber = 1,
                    Timestamp = MediaTime.Zero,
                    IsKeyframe = true,
                    Payload = Payload(frameBytes),
                },
            ]),
        ];

    private static byte[] Payload(int bytes)
    {
        var payload = new byte[bytes];
        new Random(1).NextBytes(payload);
        // A keyframe of 320x180. Spec: RFC 6386 §9.1.
        new byte[] { 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00 }.CopyTo(payload, 0);
        return payload;
    }

    private static long ResidentBytes(ServerProcess server) =>
        File.ReadLines($"/proc/{server.Id}/status")
            .Where(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
            .Select(kilobytes => long.Parse(kilobytes, CultureInfo.InvariantCulture) << 10)
            .Single();
}
