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
internal sealed class RenditionCursor : IDisposable
{
    private readonly Timeline _timeline;
    private readonly MediaTime _longestLag;
    private readonly CancellationToken _gone;
    private readonly ReaderWakeup _wakeup = new();
    private readonly CancellationTokenRegistration _wakesWhenGone;
    private readonly TimelineCursor _main;
    private TimelineCursor? _smallCursor;
    private SmallPicture? _small;
    private bool _hasBegun;
    private bool _isMainsTurn = true;
    private bool _sawEnd;
    private volatile Rendition _wanted; // written by the receiving side, as is the next
    private volatile bool _rejoins;

    /// <param name="longestLag">See <see cref="TimelineCursor"/>.</param>
    /// <param name="first">The picture the viewer wants to begin with.</param>
    /// <param name="gone">Ends the waiting.</param>
    public RenditionCursor(
        Timeline timeline,
        MediaTime longestLag,
        Rendition first,
        CancellationToken gone
    )
    {
        (_timeline, _longestLag, _wanted, _gone) = (timeline, longestLag, first, gone);
        _main = new TimelineCursor(timeline, longestLag);
        timeline.Enter(_wakeup);
        _wakesWhenGone = gone.UnsafeRegister(static w => ((ReaderWakeup)w!).Ring(), _wakeup);
    }

    /// <summary>The picture that is sent now.</summary>
    public Rendition Shown { get; private set; }

    /// <summary>Has the viewer sent another picture from its next keyframe on; should there be no small one, the large one.</summary>
    public void Select(Rendition wanted) => _wanted = wanted;

    /// <summary>Goes on at the newest keyframe.</summary>
    public void Rejoin() => _rejoins = true;

    /// <summary>Waits for more to read; false when the live has ended and all of it was read. As a channel's reader does.</summary>
    public ValueTask<bool> WaitToReadAsync()
    {
        if (_gone.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(_gone);
        }
        if (!_timeline.HasEnded)
        {
            return _wakeup.RungAsync();
        }
        var isNews = !_sawEnd; // something may have been added since the last look, but nothing after the next one
        _sawEnd = true;
        return ValueTask.FromResult(isNews);
    }

    /// <summary>The next piece, when there is one.</summary>
    public bool TryRead(out RenditionPiece piece)
    {
        Settle();
        // By turns, so that on a link that carries less than both neither waits for ever.
        var found = _isMainsTurn
            ? TryMain(out piece) || TrySmall(out piece)
            : TrySmall(out piece) || TryMain(out piece);
        _isMainsTurn = piece.IsSmall;
        return found;
    }

    /// <summary>What stands behind a piece read just now, when it is there already.</summary>
    public Fragment? Following(RenditionPiece piece) => CursorOf(piece)?.Following;

    /// <summary>Goes past <see cref="Following"/>.</summary>
    public void Advance(RenditionPiece piece) => CursorOf(piece)?.Advance();

    public void Dispose()
    {
        _wakesWhenGone.Dispose();
        LeaveSmall();
        _timeline.Leave(_wakeup);
    }

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
        var (wanted, offered) = (_wanted, _timeline.Small);
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
                    JoinSmall(offered);
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

    private void JoinSmall(SmallPicture offered)
    {
        (_small, _smallCursor) = (offered, new TimelineCursor(offered.Timeline, _longestLag));
        offered.Timeline.Enter(_wakeup);
    }

    private void LeaveSmall()
    {
        _small?.Timeline.Leave(_wakeup);
        (_small, _smallCursor) = (null, null);
    }

    private bool TryMain(out RenditionPiece piece)
    {
        piece = default;
        if (!_main.TryNext(out var fragment))
        {
            return false;
        }
        _hasBegun = true;
        if (_wanted == Rendition.Main && Shown == Rendition.Small && _main.HasBegunPicture)
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
