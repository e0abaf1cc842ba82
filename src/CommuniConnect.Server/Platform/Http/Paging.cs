using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace CommuniConnect.Server.Platform.Http;

/// <summary>One page of a long list.</summary>
/// <param name="Count">How many there are in all.</param>
/// <param name="Next">Address of the next page, or null on the last.</param>
/// <param name="Previous">Address of the page before, or null on the first.</param>
public sealed record Page<T>(int Count, string? Next, string? Previous, IReadOnlyList<T> Results);

/// <summary>How long lists are cut into pages and how the pages lead to one another.</summary>
internal static class Paging
{
    /// <summary>The number of the page that was asked for, from 1, or null when it is not one.</summary>
    public static int? Parse(string? page) =>
        string.IsNullOrEmpty(page) ? 1
        : int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= 1
            ? number
        : null;

    /// <summary>How many come before the page; a page beyond every list is empty, not an overflow.</summary>
    public static int Skip(int page, int size) => (int)Math.Min(int.MaxValue, (page - 1L) * size);

    public static Page<T> Page<T>(
        IReadOnlyList<T> results,
        int count,
        int page,
        int size,
        HttpRequest request
    )
    {
        var last = Math.Max(1, (count + size - 1) / size);
        return new(
            count,
            page < last ? Address(request, page + 1) : null,
            page > 1 ? Address(request, Math.Min(page - 1, last)) : null,
            results
        );
    }

    private static string Address(HttpRequest request, int page)
    {
        var query = QueryHelpers.ParseQuery(request.QueryString.Value);
        query["page"] = page.ToString(CultureInfo.InvariantCulture);
        return QueryHelpers.AddQueryString(
            Addresses.Absolute(request, request.Path.ToUriComponent()),
            query
        );
    }
}
