using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private string? _readable;

    /// <summary>The pieces of a value, with the names the source gives to those it knows.</summary>
    private IReadOnlyList<Piece> GivenPieces(Value value, Expr origin)
    {
        var named = origin is not (Text or Literal or Binary);
        if (named && value is Known { Content: string or long } known && PlainWord().IsMatch(known.Text)) return [Piece.Text(known.Text) with { From = NameOf(value, origin) }];
        if (named && value is Composed { Pieces: [_, _, ..] } composed && composed.Pieces.All(piece => piece.Literal is null || PlainWord().IsMatch(piece.Literal))) return [new Piece(null, null) { From = NameOf(value, origin), Whole = composed }];
        return value.Made.IsDefault ? PiecesOf(value, origin) : value.Made;
    }

    private string NameOf(Value value, Expr origin) => origin is Member { Target: Name { Identifier: "env" or "params" } } member ? EnvName(member.Identifier) : HoleName(value, origin);

    /// <summary>
    /// A line that would hardly show what the source wrote, once its variables are replaced by what they are, stands as it
    /// was written; the values go to the step's environment.
    /// </summary>
    private (ImmutableArray<Piece> Pieces, List<KeyValuePair<string, string>> Given) AsWritten(Value value, ImmutableArray<Piece> pieces, Dialect dialect, Surroundings around, Node origin, bool soft = false)
    {
        var given = new List<KeyValuePair<string, string>>();
        // PowerShell takes what follows a variable for one of its members.
        if (value.Made.IsDefault || dialect == Dialect.PowerShell) return (pieces, given);
        var text = string.Concat(Merged(value.Made).Select(piece => piece.Literal ?? Hidden));
        if (text.StartsWith("#!", StringComparison.Ordinal) || LiteralDocument().IsMatch(text)) return (pieces, given);
        var foreign = text.Split('\n').Select(IsForeign).ToList();
        if (!foreign.Contains(true)) return (pieces, given);
        var written = new List<Piece>();
        var line = 0;
        foreach (var piece in value.Made)
        {
            if (!foreign[line] || piece.From is not { } from)
            {
                written.Add(piece);
            }
            else if (soft && piece.Whole?.Pieces.Any(part => part.MissingLine > 0) == true)
            {
                written.Add(Piece.Soft(from));
            }
            else if ((piece.Whole is { } whole ? Expression(whole, origin, around) : piece.Literal!) is var content && VariableFor(from, content, text, value.Made, given, around) is { } name)
            {
                if (given.All(pair => pair.Key != name)) given.Add(new(name, content));
                written.Add(Piece.Env(name));
            }
            else
            {
                written.Add(piece);
            }

            line += piece.Literal?.Count(c => c == '\n') ?? 0;
        }

        return ([.. Merged(written)], given);
    }

    /// <summary>A name for a value in the environment of one step that hides no variable the command itself uses.</summary>
    private string? VariableFor(string from, string value, string text, ImmutableArray<Piece> pieces, List<KeyValuePair<string, string>> given, Surroundings around)
    {
        foreach (var name in (string[])[from, from + "_value"])
        {
            if (given.Any(pair => pair.Key == name && pair.Value == value)) return name;
            if (ReservedVariables.Contains(name) || KnownVariable(name) || given.Any(pair => pair.Key == name) || pieces.Any(piece => piece.Variable == name || piece.Whole?.Pieces.Any(part => part.Variable == name) == true) || around.Env.Any(pair => pair.Key == name) || _workflow.Env.ContainsKey(name) || Uses(text, name)) continue;
            return name;
        }

        return null;
    }

    /// <summary>Whether a script asks for, sets, or merely could mean a variable of this name.</summary>
    private static bool Uses(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if (at > 0 && (text[at - 1] is '$' or '%' or '!' || text[at - 1] == '{' && at > 1 && text[at - 2] == '$')) return true;
            if (end < text.Length && text[end] == '=' && (at == 0 || !char.IsLetterOrDigit(text[at - 1]))) return true;
            if (at > 3 && text[at - 1] == ' ' && (text.AsSpan(0, at - 1).EndsWith("for", StringComparison.Ordinal) || text.AsSpan(0, at - 1).EndsWith("read", StringComparison.Ordinal) || text.AsSpan(0, at - 1).EndsWith("export", StringComparison.Ordinal))) return true;
        }

        return false;
    }

    /// <summary>Whether more than a quarter of a line's words stand nowhere in the source outside interpolations.</summary>
    private bool IsForeign(string line)
    {
        _readable ??= Shown(string.Join('\n', _request.Libraries.Values.Concat(_request.Files.Values).Prepend(_script.Source.Text)));
        var (words, known) = (0, 0);
        var shown = Shown(line).AsSpan();
        for (var at = 0; at < shown.Length;)
        {
            var start = at;
            while (at < shown.Length && (char.IsAsciiLetterLower(shown[at]) || char.IsAsciiDigit(shown[at]) || shown[at] is '.' or '_' or '/' or '@' or '-')) at++;
            var word = shown[start..at++];
            if (word.Length < 3) continue;
            words++;
            if (_readable.AsSpan().Contains(word, StringComparison.Ordinal)) known++;
        }

        return words > 0 && known * 4 < words * 3;
    }

    private const string Hidden = "\u0001";

    private static string Shown(string text)
    {
        if (text.AsSpan().IndexOfAny('$', '%') >= 0) text = References().Replace(text, Hidden);
        if (text.AsSpan().IndexOfAny("'\"\\`") >= 0) text = Quotes().Replace(text, "");
        return text.ToLowerInvariant();
    }

    [GeneratedRegex(@"\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$env:\w+|\$[A-Za-z_]\w*(\.\w+)*|%[A-Za-z_]\w*%", RegexOptions.NonBacktracking)]
    private static partial Regex References();

    [GeneratedRegex(@"['""\\`]", RegexOptions.NonBacktracking)]
    private static partial Regex Quotes();

    [GeneratedRegex(@"<<-?\s*['""\\]", RegexOptions.NonBacktracking)]
    private static partial Regex LiteralDocument();

    /// <summary>Text a shell reads alike where it is written out and where a variable brings it, in quotes or not.</summary>
    [GeneratedRegex(@"^([A-Za-z0-9._/@:=+,-]+|[A-Za-z0-9._/@:+,*? -]+)$", RegexOptions.NonBacktracking)]
    private static partial Regex PlainWord();
}
