using System.Globalization;
using System.Text;
using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Workflows;

/// <summary>The text of a workflow and, for what came from the source, the line it ended on.</summary>
internal sealed record WrittenYaml(string Text, IReadOnlyList<(Span Source, int Line)> Lines);

/// <summary>
/// Writes YAML 1.2 so that every scalar reads back as the very characters given: plain where that is safe, quoted
/// where it is not, and scripts as literal blocks, byte for byte.
/// </summary>
internal sealed class YamlWriter
{
    private readonly StringBuilder _text = new();
    private readonly List<(Span, int)> _lines = [];
    private int _line = 1;

    public static WrittenYaml Write(YamlMap document, IReadOnlyList<string> heading)
    {
        var writer = new YamlWriter();
        foreach (var comment in heading) writer.Comment(comment, 0);
        writer.Map(document, 0, firstInline: false);
        return new WrittenYaml(writer._text.ToString(), writer._lines);
    }

    /// <summary>A written text under comments that are only known once it is there.</summary>
    public static WrittenYaml Under(IReadOnlyList<string> heading, WrittenYaml below)
    {
        var writer = new YamlWriter();
        foreach (var comment in heading) writer.Comment(comment, 0);
        var lines = writer._line - 1;
        return new WrittenYaml(writer._text.Append(below.Text).ToString(), [.. below.Lines.Select(pair => (pair.Source, pair.Line + lines))]);
    }

    private void Map(YamlMap map, int indent, bool firstInline)
    {
        var first = firstInline;
        foreach (var entry in map.Entries)
        {
            if (!first)
            {
                foreach (var comment in entry.Comments) Comment(comment, indent);
                Pad(indent);
            }

            if (entry.Source is { } source) _lines.Add((source, _line));
            first = false;
            // GitHub reads YAML 1.2, where "on" is a plain word.
            _text.Append(entry.Key == "on" ? "on" : Scalar(entry.Key!)).Append(':');
            Value(entry.Value, indent);
        }
    }

    private void Value(Yaml value, int indent)
    {
        switch (value)
        {
            case YamlMap { Entries.Count: 0 }:
                Line(" {}");
                break;
            case YamlMap map:
                Line("");
                Map(map, indent + 2, firstInline: false);
                break;
            case YamlList { Items.Count: 0 }:
                Line(" []");
                break;
            case YamlList list when list.Items.All(item => item.Value is YamlText { Value.Length: < 40 } text && !text.Value.Contains('\n')) && list.Items.Sum(item => ((YamlText)item.Value).Value.Length + 2) < 90:
                Line(" [" + string.Join(", ", list.Items.Select(item => Flow(((YamlText)item.Value).Value))) + "]");
                break;
            case YamlList list:
                Line("");
                foreach (var item in list.Items) Item(item, indent + 2);
                break;
            case YamlRaw raw:
                Line(raw.Value.Length == 0 ? "" : " " + raw.Value);
                break;
            case YamlText text:
                TextValue(text, indent + 2);
                break;
        }
    }

    private void Item(YamlEntry item, int indent)
    {
        foreach (var comment in item.Comments) Comment(comment, indent);
        Pad(indent);
        if (item.Source is { } source) _lines.Add((source, _line));
        _text.Append('-');
        switch (item.Value)
        {
            case YamlMap { Entries.Count: > 0 } map:
                _text.Append(' ');
                Map(map, indent + 2, firstInline: true);
                break;
            default:
                Value(item.Value, indent);
                break;
        }
    }

    private void TextValue(YamlText text, int indent)
    {
        if (!FitsBlock(text.Value))
        {
            Line(" " + Scalar(text.Value) + (text.Remark is null ? "" : " # " + text.Remark));
            return;
        }

        var value = text.Value;
        var trailing = value.Length - value.TrimEnd('\n').Length;
        // The reader takes the indentation from the first line with text unless it is told.
        var indicator = value[0] is ' ' or '\n' or '\t' ? "2" : "";
        Line(" |" + indicator + (trailing switch { 0 => "-", 1 => "", _ => "+" }));
        var body = trailing > 0 ? value[..^1] : value;
        foreach (var line in body.Split('\n'))
        {
            if (line.Length > 0) Pad(indent);
            Line(line);
        }
    }

    private static bool FitsBlock(string value)
    {
        if (!value.Contains('\n') || string.IsNullOrWhiteSpace(value)) return false;
        foreach (var c in value)
            if (c != '\n' && c != '\t' && (char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' or '\u0085' || char.IsSurrogate(c))) return false;
        return true;
    }

    private static string Flow(string value)
    {
        var scalar = Scalar(value);
        return scalar[0] is '"' or '\'' || value.IndexOfAny([',', '[', ']', '{', '}']) < 0 ? scalar : Single(value);
    }

    /// <summary>One line of YAML that reads back as this text.</summary>
    public static string Scalar(string value)
    {
        if (value.Length == 0) return "''";
        if (value.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' || char.IsSurrogate(c))) return Double(value);
        return IsPlain(value) ? value : Single(value);
    }

    private static bool IsPlain(string value)
    {
        if (value[0] is ' ' or '-' or '?' or ':' or ',' or '[' or ']' or '{' or '}' or '#' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' or '=' or '~') return false;
        if (value[^1] is ' ' or ':' || value.Contains(": ", StringComparison.Ordinal) || value.Contains(" #", StringComparison.Ordinal)) return false;
        // Everything a YAML 1.1 or 1.2 reader could take for a number, a date, a boolean or nothing is quoted.
        if (char.IsAsciiDigit(value[0]) || value[0] is '+' or '.') return value.Any(c => char.IsAsciiLetter(c) && c is not ('e' or 'E' or 'x' or 'o' or 'b' or '_')) && !value.Contains(':', StringComparison.Ordinal) && !LooksHex(value);
        return value.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n" or "---" or "...");
    }

    private static bool LooksHex(string value) => value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || value.EndsWith("inf", StringComparison.OrdinalIgnoreCase) || value.EndsWith("nan", StringComparison.OrdinalIgnoreCase);

    private static string Single(string value) => "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static string Double(string value)
    {
        var text = new StringBuilder("\"");
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                text.Append(c).Append(value[++i]);
                continue;
            }

            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when char.IsSurrogate(c) => text.Append('\uFFFD'),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }

    private void Comment(string comment, int indent)
    {
        foreach (var line in comment.Split('\n'))
        {
            Pad(indent);
            Line(("# " + new string([.. line.Where(c => !char.IsControl(c) && c is not ('\u2028' or '\u2029' or '\uFEFF' or '\u0085') && !char.IsSurrogate(c))])).TrimEnd());
        }
    }

    private void Pad(int indent) => _text.Append(' ', indent);

    private void Line(string text)
    {
        _text.Append(text).Append('\n');
        _line++;
    }
}
