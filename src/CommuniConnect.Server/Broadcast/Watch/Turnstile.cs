using System.Net;
using System.Threading.RateLimiting;
using CommuniConnect.Server.Platform.Http;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// How many streams one viewer, and one address, may have open at a time: a stream costs the server as much whether somebody
/// looks at it or not.
/// </summary>
internal sealed class Turnstile(IConfiguration configuration) : IDisposable
{
    /// <summary>More than anybody looks at: a few tabs, each with the way it plays and the one it changes to.</summary>
    private const int PerViewer = 24;

    /// <summary>A quartier may share an address, and programs carry no name by which they could be told apart.</summary>
    private const int PerAddress = 2_000;
    private const string Refusal = "Trop de lectures ouvertes à la fois : fermez-en une.";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly PartitionedRateLimiter<(string Viewer, IPAddress Address)> _places =
        PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<(string Viewer, IPAddress Address), string>(who =>
                RateLimitPartition.GetConcurrencyLimiter(
                    who.Viewer,
                    _ => AtOnce(configuration, "RateLimits:StreamsPerViewer", PerViewer)
                )
            ),
            PartitionedRateLimiter.Create<(string Viewer, IPAddress Address), IPAddress>(who =>
                RateLimitPartition.GetConcurrencyLimiter(
                    who.Address,
                    _ => AtOnce(configuration, "RateLimits:StreamsPerAddress", PerAddress)
                )
            )
        );

    /// <summary>Lets a viewer have a stream until the result is disposed of, unless there are too many already.</summary>
    /// <param name="viewer">See <see cref="Visitor"/>.</param>
    /// <param name="refusal">The answer, when there are.</param>
    public RateLimitLease Enter(string viewer, HttpContext context, out IResult? refusal)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var place = _places.AttemptAcquire((viewer, address));
        refusal = place.IsAcquired ? null : ApiErrors.TooManyRequests(RetryAfter, Refusal);
        return place;
    }

    public void Dispose() => _places.Dispose();

    private static ConcurrencyLimiterOptions AtOnce(
        IConfiguration configuration,
        string setting,
        int most
    ) => new() { PermitLimit = configuration.GetValue(setting, most) };
}
