using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>A network that can be slow, silent or gone, between one browser and the server.</summary>
public sealed class ThrottledProxy : IAsyncDisposable
{
    private const int ReadBytes = 16 << 10;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly Uri _server;
    private readonly Lock _pacing = new();
    private volatile TaskCompletionSource _flows = Flowing();
    private volatile bool _refuses;
    private long _uplinkTurn;

    public ThrottledProxy(string serverAddress)
    {
        _server = new Uri(serverAddress);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"
        );

    /// <summary>What all connections together may send to the server in a second; null is no limit.</summary>
    public int? UplinkBytesPerSecond { get; set; }

    /// <summary>The network is gone: every connection breaks, and none can be made.</summary>
    public void Cut()
    {
        _refuses = true;
        foreach (var client in _open.Keys)
        {
            client.Client.Close(timeout: 0);
        }
    }

    /// <summary>Nothing gets through any more, and nobody is told.</summary>
    public void Stall() => _flows = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The network is back.</summary>
    public void Restore()
    {
        _refuses = false;
        _flows.TrySetResult();
    }

    public ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        _flows.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource Flowing()
    {
        var flows = new TaskCompletionSource();
        flows.SetResult();
        return flows;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = RunAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RunAsync(TcpClient browser)
    {
        using var server = new TcpClient();
        using (browser)
        {
            (_open[browser], _open[server]) = (true, true);
            try
            {
                if (_refuses)
                {
                    browser.Client.Close(timeout: 0);
                    return;
                }
                await server.ConnectAsync(_server.Host, _server.Port);
                await Task.WhenAll(
                    CopyAsync(browser, server, isUplink: true),
                    CopyAsync(server, browser, isUplink: false)
                );
            }
            catch (Exception error)
                when (error is IOException or SocketException or ObjectDisposedException)
            {
                // Cut.
            }
            finally
            {
                _open.TryRemove(browser, out _);
                _open.TryRemove(server, out _);
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool isUplink)
    {
        var (source, target) = (from.GetStream(), to.GetStream());
        var buffer = new byte[ReadBytes];
        int read;
        while ((read = await source.ReadAsync(buffer)) > 0)
        {
            await _flows.Task;
            if (isUplink && UplinkBytesPerSecond is { } rate)
            {
                await Task.Delay(WaitFor(read, rate));
            }
            await target.WriteAsync(buffer.AsMemory(0, read));
        }
        to.Client.Shutdown(SocketShutdown.Send);
    }

    /// <summary>When the link, which carries one thing after the other, will have carried this as well.</summary>
    private TimeSpan WaitFor(int bytes, int bytesPerSecond)
    {
        lock (_pacing)
        {
            var now = Environment.TickCount64;
            _uplinkTurn = Math.Max(now, _uplinkTurn) + bytes * 1000L / bytesPerSecond;
            return TimeSpan.FromMilliseconds(_uplinkTurn - now);
        }
    }
}
