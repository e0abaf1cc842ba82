using System.Collections.Immutable;
using CommuniConnect.Server.Community.Moderation;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The rules of one room and who stands how in it. Owned by the room's loop; what others see of it is in the log.</summary>
internal sealed class RoomState
{
    private readonly Dictionary<int, DateTimeOffset> _wroteAt = [];
    private IReadOnlyCollection<string> _siteWords = [];
    private WordFilter _words = new([]);

    private RoomState(ChatSettings settings, RoomPeople people, int? quartierId)
    {
        (Settings, People, QuartierId) = (settings, people, quartierId);
    }

    public ChatSettings Settings { get; private set; }
    public RoomPeople People { get; set; }

    /// <summary>Where the live is, or null.</summary>
    public int? QuartierId { get; }
    public ShownMessage? Pinned { get; set; }

    /// <summary>The rules as everybody sees them.</summary>
    public RoomShown Shown =>
        new(
            Settings.Closed,
            Settings.SlowSeconds,
            Settings.Audience,
            Settings.HoldFirst,
            Settings.HoldLinks,
            Pinned
        );

    public static Task<RoomState> ReadAsync(ChatStore store, int liveId, SiteWords site) =>
        store.WithAsync(async db =>
        {
            var post = await db
                .Posts.Where(p => p.Id == liveId)
                .Select(p => new { p.AuthorId, p.QuartierId })
                .SingleAsync();
            var settings =
                await db.ChatSettings.AsNoTracking().SingleOrDefaultAsync(s => s.LiveId == liveId)
                ?? new ChatSettings { LiveId = liveId };
            var helpers = await db
                .LiveHelpers.Where(h => h.LiveId == liveId)
                .Select(h => h.MemberId)
                .ToListAsync();
            var sanctions = await db
                .ChatSanctions.Where(s => s.LiveId == liveId)
                .ToDictionaryAsync(s => s.MemberId, s => new Sanction(s.Kind, s.Until));
            var people = new RoomPeople(
                post.AuthorId,
                [.. helpers],
                sanctions.ToImmutableDictionary(),
                await db.HeldMessages.CountAsync(h => h.LiveId == liveId)
            );
            var state = new RoomState(settings, people, post.QuartierId)
            {
                Pinned = settings.Pinned is { } number
                    ? await ChatStore
                        .Visible(db, liveId)
                        .Where(m => m.Number == number)
                        .Select(ChatStore.Shown)
                        .SingleOrDefaultAsync()
                    : null,
            };
            state.Use(settings);
            state.Use(await site.ReadAsync(db));
            return state;
        });

    /// <summary>Puts other rules in place.</summary>
    public void Use(ChatSettings settings)
    {
        Settings = settings;
        _words = new WordFilter([.. _siteWords, .. settings.ForbiddenWords]);
    }

    /// <summary>The words nobody may write here are those of the site, as they are now, and of this live.</summary>
    public void Use(IReadOnlyCollection<string> siteWords)
    {
        if (ReferenceEquals(siteWords, _siteWords))
            return;
        _siteWords = siteWords;
        Use(Settings);
    }

    /// <summary>Why a member may not write, or null.</summary>
    public Refused? Refusal(Writer writer, DateTimeOffset now)
    {
        if (IsFree(writer))
            return null;
        if (People.Against(writer.Id, now) is { } sanction)
            return new(
                sanction.Kind == SanctionKind.Ban ? ChatRefusal.Banned : ChatRefusal.Silenced,
                Until: sanction.Until
            );
        if (Settings.Closed)
            return ChatRefusal.Closed;
        return Settings.Audience switch
        {
            ChatAudience.Quartier
                when writer.QuartierId is null || writer.QuartierId != QuartierId =>
                ChatRefusal.OtherQuartier,
            ChatAudience.Followers when !writer.FollowsOwner => ChatRefusal.NotFollowing,
            _ => null,
        };
    }

    /// <summary>Why these words are not taken, or null.</summary>
    public Refused? Refusal(Writer writer, string content) =>
        !IsFree(writer) && _words.Matches(content) ? ChatRefusal.ForbiddenWord : null;

    /// <summary>Whether the member wrote too short a while ago; if not, this counts as having written.</summary>
    public Refused? Pace(Writer writer, DateTimeOffset now)
    {
        if (Settings.SlowSeconds == 0 || IsFree(writer))
            return null;
        var wroteAt = _wroteAt.GetValueOrDefault(writer.Id, writer.WroteAt ?? default);
        var wait = wroteAt + TimeSpan.FromSeconds(Settings.SlowSeconds) - now;
        // A clock that was set back must not silence anybody for longer than the rule.
        if (wait > TimeSpan.Zero && wait.TotalSeconds <= Settings.SlowSeconds)
            return new(ChatRefusal.Slowed, RetryAfter: wait);
        _wroteAt[writer.Id] = now;
        return null;
    }

    /// <summary>Whether the message has to wait for a moderator.</summary>
    public bool MustWait(Writer writer, string content) =>
        !IsFree(writer)
        && (
            Settings.HoldFirst && writer.WroteAt is null
            || Settings.HoldLinks && Links.AnyIn(content)
        );

    private bool IsFree(Writer writer) => writer.IsModerator || People.Moderates(writer.Id);
}

/// <summary>Who writes, with what the rules ask about.</summary>
/// <param name="IsModerator">Of the site.</param>
/// <param name="WroteAt">When the member last wrote in this room, or null.</param>
internal sealed record Writer(
    ChatAuthor Author,
    bool IsModerator,
    int? QuartierId,
    bool FollowsOwner,
    DateTimeOffset? WroteAt
)
{
    public int Id => Author.Id;
}
