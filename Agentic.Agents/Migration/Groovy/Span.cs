using System.Text;

namespace Agentic.Agents.Migration.Groovy;

/// <summary>A half-open range of characters of the source.</summary>
internal readonly record struct Span(int Start, int End)
{
    public int Length => End - Start;

    public bool Contains(Span other) => other.Start >= Start && other.End <= End;

    public Span To(Span later) => new(Start, Math.Max(End, later.End));
}

/// <summary>A place a person can find: both numbers start at one.</summary>
internal readonly record struct Position(int Line, int Column);

/// <summary>A source text that knows where its lines begin.</summary>
internal sealed class SourceText
{
    private readonly int[] _starts;

    public SourceText(string text)
    {
        Text = text;
        var starts = new List<int> { 0 };
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\n') starts.Add(i + 1);
        _starts = [.. starts];
    }

    public string Text { get; }

    public int Lines => _starts.Length;

    public Position PositionOf(int offset)
    {
        var index = Array.BinarySearch(_starts, offset);
        var line = index >= 0 ? index : ~index - 1;
        return new Position(line + 1, offset - _starts[line] + 1);
    }

    public int LineOf(int offset) => PositionOf(offset).Line;

    public int LastLineOf(Span span) => LineOf(Math.Max(span.Start, span.End - 1));

    public string Slice(Span span) => Text[span.Start..span.End];

    /// <summary>A stretch with every run of white space as one space, at most so many characters of it.</summary>
    public string OnOneLine(Span span, int most)
    {
        var text = Text.AsSpan(span.Start, span.Length);
        var line = new StringBuilder(Math.Min(text.Length, most));
        var space = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                space = line.Length > 0;
                continue;
            }

            if (space) line.Append(' ');
            space = false;
            if (line.Append(c).Length >= most) break;
        }

        return line.ToString();
    }
}
