using System.Globalization;
using System.Text;
using Agentic.Agents.Operations;

namespace Agentic.Persistence.Storage;

/// <summary>Where the next page begins: the place of the last row shown, so that rows added meanwhile neither repeat nor hide any.</summary>
internal readonly record struct Keyset(long Position, string Id)
{
    public const int MaxLimit = 500;

    public override string ToString() => Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Position}:{Id}")))
        .TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static Outcome<Keyset> Parse(string cursor)
    {
        var text = cursor.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[text.Length];
        if (cursor.Length <= 1000
            && Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length) is var plain
            && plain.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            && long.TryParse(plain.AsSpan(0, colon), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var position)
            && !plain.Contains('\0', StringComparison.Ordinal))
            return new Keyset(position, plain[(colon + 1)..]);
        const string Reason = "is not one that this list handed out; take nextCursor of the page before, or leave it out to start at the newest.";
        return Refusal.Malformed($"The cursor {Reason}", [new MemberError("cursor", $"This {Reason}")]);
    }

    public static int Clamp(int limit) => Math.Clamp(limit, 1, MaxLimit);
}
