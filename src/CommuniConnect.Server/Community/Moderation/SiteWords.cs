using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>The words that no chat of the site takes.</summary>
internal sealed class SiteWords
{
    public const int Most = 1000;

    private readonly SemaphoreSlim _writing = new(1);
    private volatile IReadOnlyCollection<string>? _words;

    /// <summary>The words now; none before they were read.</summary>
    public IReadOnlyCollection<string> Known => _words ?? [];

    /// <summary>The words now, read once.</summary>
    public async Task<IReadOnlyCollection<string>> ReadAsync(AppDb db) =>
        _words ??= await db.ForbiddenWords.Select(w => w.Word).OrderBy(w => w).ToListAsync();

    /// <summary>Puts other words in their place; rooms use them from their next message on.</summary>
    public async Task ReplaceAsync(AppDb db, IReadOnlyCollection<string> words)
    {
        await _writing.WaitAsync();
        try
        {
            db.ForbiddenWords.RemoveRange(
                await db.ForbiddenWords.Where(w => !words.Contains(w.Word)).ToListAsync()
            );
            var kept = await db.ForbiddenWords.Select(w => w.Word).ToListAsync();
            db.ForbiddenWords.AddRange(
                words.Except(kept).Select(w => new ForbiddenWord { Word = w })
            );
            await db.SaveChangesAsync();
            _words = [.. words];
        }
        finally
        {
            _writing.Release();
        }
    }
}
