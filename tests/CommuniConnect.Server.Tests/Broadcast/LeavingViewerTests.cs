using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using CommuniConnect.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>Viewers who are gone before they are served.</summary>
public sealed class LeavingViewerTests(LeavingViewerTests.Logging server)
    : IClassFixture<LeavingViewerTests.Logging>
{
    /// <summary>Enough for a reset to meet every step of the server's on the way to a socket.</summary>
    private const int Resets = 400;

    [Fact]
    public async Task Viewer_who_resets_the_connection_at_once_leaves_no_error_in_the_log()
    {
        using var errors = new Errors();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(errors);
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var address = WatchClient.AddressOf(live);
        var request = Encoding.ASCII.GetBytes(
            $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + $"Sec-WebSocket-Key: {Convert.ToBase64String(new byte[16])}\r\n\r\n"
        );

        for (var i = 0; i < Resets; i++)
        {
            using var viewer = new TcpClient { LingerState = new LingerOption(true, 0) };
            await viewer.ConnectAsync(address.Host, address.Port).WithinAsync();
            await viewer.GetStream().WriteAsync(request);
            Thread.SpinWait(i * 20);
        }

        // Who comes last is served: what was begun before it is over by the end of the live.
        await using (var last = await WatchClient.ConnectAsync(live))
        {
            await last.NextAsync("tracks");
        }
        await live.UntilAsync(s => s.Viewers == 0);
        await live.StopAsync();
        Assert.Empty(errors.Messages);
    }

    /// <summary>A server that logs its errors.</summary>
    public sealed class Logging : ServerFixture
    {
        protected override IEnumerable<string> Arguments =>
            [
                "--Logging:LogLevel:Microsoft.AspNetCore",
                "Error",
                "--Logging:LogLevel:Default",
                "Error",
                "--Logging:Console:LogLevel:Default",
                "None",
            ];
    }

    private sealed class Errors : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Messages.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
