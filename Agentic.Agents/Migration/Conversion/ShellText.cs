using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Agentic.Agents.Migration.Conversion;

internal enum Dialect
{
    Posix,
    Batch,
    PowerShell,
}

/// <summary>
/// Writes text that Groovy would have pasted into a script as references to environment variables. The script's own
/// quoting decides how: inside single quotes a reference would stay text, so the quotes are left for a moment.
/// </summary>
internal static class ShellText
{
    public static string Script(ImmutableArray<Piece> pieces, Dialect dialect)
    {
        if (dialect != Dialect.Posix) return string.Concat(pieces.Select(piece => piece.Literal ?? Reference(piece, dialect)));
        var text = new StringBuilder();
        var quote = '\0';
        foreach (var piece in pieces)
        {
            if (piece.Literal is { } literal)
            {
                quote = Scan(literal, quote);
                text.Append(literal);
                continue;
            }

            text.Append(quote == '\'' ? "'\"" + Reference(piece, dialect) + "\"'" : Reference(piece, dialect));
        }

        return text.ToString();
    }

    /// <summary>The same text as one double-quoted POSIX word.</summary>
    public static string Word(ImmutableArray<Piece> pieces)
    {
        var text = new StringBuilder("\"");
        foreach (var piece in pieces)
            if (piece.Literal is { } literal)
                foreach (var c in literal)
                    text.Append(c is '"' or '\\' or '$' or '`' ? "\\" : "").Append(c);
            else
                text.Append(Reference(piece, Dialect.Posix));
        return text.Append('"').ToString();
    }

    public static string Quote(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_' or '-' or '=' or ':' or '@' or '+' or ',') ? text
        : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>Text as the pattern of a sed command.</summary>
    public static string SedPattern(string text) => string.Concat(text.Select(c => c is '.' or '*' or '[' or ']' or '^' or '$' or '/' or '\\' ? "\\" + c : c.ToString()));

    /// <summary>Text as the replacement of a sed command.</summary>
    public static string SedReplacement(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal).Replace("&", "\\&", StringComparison.Ordinal);

    private static string Reference(Piece piece, Dialect dialect) => dialect switch
    {
        Dialect.Batch => $"%{piece.Variable}%",
        Dialect.PowerShell => $"$env:{piece.Variable}",
        _ when piece.MissingLine < 0 => $"${{{piece.Variable}:-<{piece.Variable}>}}",
        _ when piece.MissingLine > 0 => string.Create(CultureInfo.InvariantCulture, $"${{{piece.Variable}:?the value of line {piece.MissingLine} was not converted}}"),
        _ => $"${{{piece.Variable}}}",
    };

    /// <summary>The quote a POSIX shell is inside of after this text.</summary>
    private static char Scan(string text, char quote)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\'')
            {
                if (c == '\'') quote = '\0';
            }
            else if (c == '\\')
            {
                i++;
            }
            else if (quote == '"')
            {
                if (c == '"') quote = '\0';
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '#' && (i == 0 || text[i - 1] is '\n' or ' ' or '\t'))
            {
                // An apostrophe in a comment opens nothing.
                var end = text.IndexOf('\n', i);
                if (end < 0) break;
                i = end;
            }
        }

        return quote;
    }
}
