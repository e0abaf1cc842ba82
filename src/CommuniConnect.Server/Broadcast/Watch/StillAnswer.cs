using System.Net;
using System.Threading.RateLimiting;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Http;
using Microsoft.Net.Http.Headers;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// How single pictures are handed out, of a running live and of its replay: at a pace that no slider exceeds, few at a time,
/// so that they never have the disk or the threads that the live needs, and so that browsers keep them.
/// </summary>
internal sealed class StillAnswer(IConfiguration configuration) : IDisposable
{
    /// <summary>Pictures a second for one address. A slider asks for seven; a quartier may share an address.</summary>
    private const int PerAddress = 200;

    /// <summary>So many are read at the same time; a disk that hangs holds up no more.</summary>
    private const int AtOnce = 4;
    private const int Waiting = 64;
    private const string None = "Il n'y a pas d'image à ce moment.";

    private readonly PartitionedRateLimiter<IPAddress> _pace = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
            RateLimitPartition.GetTokenBucketLimiter(
                address,
                _ =>
                    Bucket(
                        configuration.GetValue("RateLimits:StillsPerAddressPerSecond", PerAddress)
                    )
            )
        ),
        PartitionedRateLimiter.Create<IPAddress, int>(_ =>
            RateLimitPartition.GetConcurrencyLimiter(
                0,
                _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Waiting }
            )
        )
    );

    /// <summary>Answers with a picture, or with why there is none.</summary>
    /// <param name="at">The moment as it was asked for.</param>
    /// <param name="mayBeKept">Whether what is at this address stays the same once it is settled.</param>
    /// <param name="read">Finds the picture.</param>
    public async Task<IResult> ToAsync(
        HttpContext context,
        string? at,
        bool mayBeKept,
        Func<MediaTime, CancellationToken, Task<Still?>> read
    )
    {
        if (!MediaMoment.TryRead(at, out var moment))
        {
            return ApiErrors.BadRequest("at", MediaMoment.Refusal);
        }
        var cancellation = context.RequestAborted;
        using var turn = await _pace.AcquireAsync(
            context.Connection.RemoteIpAddress ?? IPAddress.None,
            cancellationToken: cancellation
        );
        if (!turn.IsAcquired)
        {
            return ApiErrors.TooManyRequests(TimeSpan.FromSeconds(1), "Trop d'images à la fois.");
        }
        if (await ReadAsync(read, moment, cancellation) is not { } still)
        {
            return ApiErrors.NotFound(None);
        }
        context.Response.Headers.CacheControl =
            still.IsSettled && mayBeKept
                ? "private, max-age=31536000, immutable"
                : "private, no-cache";
        return Results.Bytes(
            still.WebM,
            still.ContentType,
            entityTag: new EntityTagHeaderValue($"\"{still.Tag}\"")
        );
    }

    public void Dispose() => _pace.Dispose();

    private static async Task<Still?> ReadAsync(
        Func<MediaTime, CancellationToken, Task<Still?>> read,
        MediaTime moment,
        CancellationToken cancellation
    )
    {
        try
        {
            return await read(moment, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // a file that is gone, or a disk that does not give what it has
        }
    }

    private static TokenBucketRateLimiterOptions Bucket(int perSecond) =>
        new()
        {
            TokenLimit = perSecond,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        };
}
