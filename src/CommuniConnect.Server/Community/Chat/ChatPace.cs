using System.Net;
using System.Threading.RateLimiting;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>How fast one may write, by member and by address: nobody types so fast, and a script learns it at once.</summary>
internal sealed class ChatPace(IConfiguration configuration) : IDisposable
{
    /// <summary>
    /// Messages a second of one address. A whole quartier may stand behind the address of a mobile network, so this
    /// only stops who makes accounts by the hundred.
    /// </summary>
    private const int PerAddress = 400;

    private readonly PartitionedRateLimiter<int> _messages = Limiter<int>(10, 20);
    private readonly PartitionedRateLimiter<int> _reactions = Limiter<int>(5, 20);
    private readonly PartitionedRateLimiter<int> _reports = Limiter<int>(1, 10);
    private readonly PartitionedRateLimiter<IPAddress> _addresses = Limiter<IPAddress>(
        configuration.GetValue("RateLimits:ChatPerAddressPerSecond", PerAddress),
        2 * configuration.GetValue("RateLimits:ChatPerAddressPerSecond", PerAddress)
    );

    /// <summary>Why this member may not send a message now, or null.</summary>
    public Refused? OfMessage(int memberId, IPAddress? address) =>
        Take(_messages, memberId, ChatRefusal.TooFast) ?? OfAddress(address);

    /// <summary>Why this member may not react now, or null.</summary>
    public Refused? OfReaction(int memberId, IPAddress? address) =>
        Take(_reactions, memberId, ChatRefusal.TooFast) ?? OfAddress(address);

    /// <summary>Why this member may not report anything now, or null.</summary>
    public Refused? OfReport(int memberId) => Take(_reports, memberId, ChatRefusal.TooFast);

    public void Dispose()
    {
        _messages.Dispose();
        _reactions.Dispose();
        _reports.Dispose();
        _addresses.Dispose();
    }

    private Refused? OfAddress(IPAddress? address) =>
        Take(_addresses, address ?? IPAddress.None, ChatRefusal.AddressTooFast);

    private static Refused? Take<T>(PartitionedRateLimiter<T> limiter, T who, ChatRefusal refusal)
    {
        using var turn = limiter.AttemptAcquire(who);
        if (turn.IsAcquired)
            return null;
        turn.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        return new(refusal, RetryAfter: wait);
    }

    private static PartitionedRateLimiter<T> Limiter<T>(int perSecond, int atOnce)
        where T : notnull =>
        PartitionedRateLimiter.Create<T, T>(who =>
            RateLimitPartition.GetTokenBucketLimiter(
                who,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = atOnce,
                    TokensPerPeriod = Math.Max(1, perSecond / 10),
                    ReplenishmentPeriod =
                        perSecond < 10
                            ? TimeSpan.FromSeconds(1.0 / perSecond)
                            : TimeSpan.FromMilliseconds(100),
                }
            )
        );
}
