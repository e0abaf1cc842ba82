using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>
/// The processor a viewer in Direct costs the server, beside that of a progressive one. The speed of a shared machine changes
/// from one second to the next: both are watched at the same time, on two servers alike, which change roles every turn.
/// </summary>
internal static class ViewerCost
{
    private const int Viewers = 100;
    private const int Turns = 6;

    /// <summary>Frame by frame, as a studio sends it.</summary>
    private const int ClusterMilliseconds = 10;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellation)
    {
        var footage = await Footage.MakeAsync(cancellation);
        await using var first = await Station.OpenAsync(footage, cancellation);
        await using var second = await Station.OpenAsync(footage, cancellation);
        // What the compiler does with code that is new to it is behind them.
        foreach (var direct in new[] { false, true })
        {
            first.Serve(direct);
            second.Serve(direct);
            await Task.Delay(WarmUp, cancellation);
            await first.EmptyAsync();
            await second.EmptyAsync();
        }
        await Task.Delay(Settle, cancellation);
        var alone = await CostAsync(first, second, cancellation);

        var (progressive, inDirect) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < Turns; turn++)
        {
            var firstIsDirect = turn % 2 == 1;
            first.Serve(firstIsDirect);
            second.Serve(!firstIsDirect);
            await Task.Delay(Settle, cancellation);
            var cost = await CostAsync(first, second, cancellation);
            await first.EmptyAsync();
            await second.EmptyAsync();
            var ofFirst = (cost.First - alone.First) / Viewers;
            var ofSecond = (cost.Second - alone.Second) / Viewers;
            progressive.Add(firstIsDirect ? ofSecond : ofFirst);
            inDirect.Add(firstIsDirect ? ofFirst : ofSecond);
        }
        const string unit = "µs per viewer-second";
        return
        [
            Figure.Median("progressive viewer", progressive, unit),
            Figure.Median("viewer in Direct", inDirect, unit),
            new(
                "Direct : progressive",
                inDirect.Sum() / progressive.Sum(),
                "",
                new Target(1),
                $"of all turns; {string.Join(", ", inDirect.Zip(progressive, (d, p) => $"{d / p:0.00}"))}"
            ),
        ];
    }

    /// <summary>Microseconds of processor a second.</summary>
    private static async Task<(double First, double Second)> CostAsync(
        Station first,
        Station second,
        CancellationToken cancellation
    )
    {
        var (ofFirst, ofSecond) = (first.Server.Cost.Processor, second.Server.Cost.Processor);
        var began = TimeProvider.System.GetTimestamp();
        await Task.Delay(Watched, cancellation);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        first.CheckAllWatching();
        second.CheckAllWatching();
        return (
            (first.Server.Cost.Processor - ofFirst).TotalMicroseconds / seconds,
            (second.Server.Cost.Processor - ofSecond).TotalMicroseconds / seconds
        );
    }

    /// <summary>A server with a live and, at times, its viewers.</summary>
    private sealed class Station(
        ServerProcess server,
        Member member,
        Uri watchUrl,
        FfmpegPublisher camera
    ) : IAsyncDisposable
    {
        private Audience? _audience;

        public ServerProcess Server => server;

        public static async Task<Station> OpenAsync(Footage footage, CancellationToken cancellation)
        {
            var server = await ServerProcess.StartAsync(cancellation);
            try
            {
                var member = await Member.RegisterAsync(server, cancellation);
                var live = await member.StartLiveAsync(cancellation);
                var camera = new FfmpegPublisher(live.IngestUrl, footage, ClusterMilliseconds);
                return new Station(server, member, live.WatchUrl, camera);
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }

        public void Serve(bool direct) => _audience = new Audience(watchUrl, Viewers, direct);

        public void CheckAllWatching() => _audience?.CheckAllWatching();

        public async Task EmptyAsync()
        {
            if (_audience is not null)
            {
                await _audience.DisposeAsync();
                _audience = null;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await EmptyAsync();
            await camera.DisposeAsync();
            member.Dispose();
            await server.DisposeAsync();
        }
    }
}
