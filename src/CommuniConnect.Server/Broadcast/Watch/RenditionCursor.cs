using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>What comes next on a viewer's way.</summary>
/// <param name="HasJumped">Whether it does not follow on what was read before.</param>
/// <param name="IsSmall">Whether it is of the small picture; else it is of the live's own timeline.</param>
internal readonly record struct RenditionPiece(Fragment Fragment, bool HasJumped, bool IsSmall);

/// <summary>
/// One viewer's way through a live: along its timeline for the sound, and for the picture there or along the small one. Goes
/// from one picture to the other at a keyframe, and never has both, nor none, unless that is what the viewer wants.
/// </summary>
internal sealed class RenditionCursor(Timeline timeline, MediaTime longestLag, Rendition first)
{
    private readonly TimelineCursor _main = new(timeline, longestLag);
    private TimelineCursor? _smallCursor;
    private SmallPicture? _small;
    private bool _hasBegun;
    private bool _isMainsTurn = true;
    private volatile Rendition _wanted = first; // written by the receiving side, as is the next
    private volatile bool _rejoins;

    /// <summary>The picture that is sent now.</summary>
    public Rendition Shown { get; private set; }

    /// <summary>Has the viewer sent another picture from its next keyframe on; should there be no small one, the large one.</summary>
    public void Select(Rendition wanted) => _wanted = wanted;

    /// <summary>Goes on at the newest keyframe.</summary>
    public void Rejoin() => _rejoins = true;

    /// <summary>The next piece, waiting for it if need be, or null when the live has ended.</summary>
    public async ValueTask<RenditionPiece?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var changed = timeline.Changed;
            var ended = timeline.HasEnded;
            Settle();
            var smallChanged = _small?.Timeline.Changed;
            if (TryNext(out var piece))
            {
                return piece;
            }
            if (ended)
            {
                return null;
            }
            var next = smallChanged is null ? changed : Task.WhenAny(changed, smallChanged);
            await next.WaitAsync(cancellation);
        }
    }

    /// <summary>What stands behind a piece read just now, when it is there already.</summary>
    public Fragment? Following(RenditionPiece piece) => CursorOf(piece)?.Following;

    /// <summary>Goes past <see cref="Following"/>.</summary>
    public void Advance(RenditionPiece piece) => CursorOf(piece)?.Advance();

    private TimelineCursor? CursorOf(RenditionPiece piece) => piece.IsSmall ? _smallCursor : _main;

    /// <summary>Begins and ends what need not wait for a keyframe of the large picture.</summary>
    private void Settle()
    {
        if (_rejoins)
        {
            _rejoins = false;
            _main.Rejoin();
            _smallCursor?.Rejoin();
        }
        var (wanted, offered) = (_wanted, timeline.Small);
        if (_small is not null && _small != offered)
        {
            LeaveSmall();
            ShowMain();
        }
        switch (wanted)
        {
            case Rendition.None:
                LeaveSmall();
                Shown = Rendition.None;
                break;
            case Rendition.Small when offered is not null:
                if (_small is null)
                {
                    (_small, _smallCursor) = (
                        offered,
                        new TimelineCursor(offered.Timeline, longestLag)
                    );
                }
                Shown = Rendition.Small;
                break;
            default:
                if (Shown == Rendition.None)
                {
                    ShowMain();
                }
                break; // from the small picture to the large one it goes at a keyframe
        }
    }

    private void ShowMain()
    {
        Shown = Rendition.Main;
        _main.Rejoin(); // a picture begins at a keyframe
    }

    private void LeaveSmall() => (_small, _smallCursor) = (null, null);

    /// <summary>By turns, so that on a link that carries less than both neither waits for ever.</summary>
    private bool TryNext(out RenditionPiece piece)
    {
        var found = _isMainsTurn
            ? TryMain(out piece) || TrySmall(out piece)
            : TrySmall(out piece) || TryMain(out piece);
        _isMainsTurn = piece.IsSmall;
        return found;
    }

    private bool TryMain(out RenditionPiece piece)
    {
        piece = default;
        if (!_main.TryNext(out var fragment))
        {
            return false;
        }
        _hasBegun = true;
        if (_wanted == Rendition.Main && Shown == Rendition.Small && _main.HasBegunGroup)
        {
            LeaveSmall();
            Shown = Rendition.Main;
        }
        else if (_main.HasJumped)
        {
            _smallCursor?.Rejoin(); // the picture stops at a jump, and begins at a keyframe
        }
        piece = new RenditionPiece(fragment, _main.HasJumped, IsSmall: false);
        return true;
    }

    private bool TrySmall(out RenditionPiece piece)
    {
        piece = default;
        var begins = _smallCursor is { HasBegun: false };
        // The viewer has to know the tracks first, which come with the first of the live's own.
        if (!_hasBegun || _smallCursor is null || !_smallCursor.TryNext(out var fragment))
        {
            return false;
        }
        piece = new RenditionPiece(fragment, _smallCursor.HasJumped && !begins, IsSmall: true);
        return true;
    }
}
