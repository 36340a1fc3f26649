using System.Text;
using System.Text.Json;

namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>Reads the Dockerfile language: parser directives, continuations, comments, here-documents, JSON forms, ONBUILD, stages and variables.</summary>
internal static class DockerfileReader
{
    public const int MaxInstructions = 10_000;

    private static readonly HashSet<string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        "FROM", "RUN", "CMD", "LABEL", "MAINTAINER", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER", "WORKDIR",
        "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL",
    };

    public static Dockerfile Read(string text)
    {
        var lines = text.TrimStart('\uFEFF').Split('\n');
        var escape = EscapeCharacter(lines);
        var reader = new StageBuilder();
        var index = 0;

        while (index < lines.Length && reader.Count < MaxInstructions)
        {
            if (Instruction(lines, ref index, escape) is { } instruction)
            {
                reader.Add(instruction);
            }
        }

        return reader.Build();
    }

    /// <summary>Directives count only above the first line that is anything else.</summary>
    private static char EscapeCharacter(string[] lines)
    {
        foreach (var line in lines)
        {
            var text = line.AsSpan().Trim();

            if (text.Length == 0 || text[0] != '#' || text.IndexOf('=') is not (> 0 and var equals))
            {
                break;
            }

            var name = text[1..equals].Trim();

            if (name.Equals("escape", StringComparison.OrdinalIgnoreCase) && text[(equals + 1)..].Trim() is ['`'])
            {
                return '`';
            }
        }

        return '\\';
    }

    private static Instruction? Instruction(string[] lines, ref int index, char escape)
    {
        var first = lines[index].AsSpan().Trim();

        if (first.Length == 0 || first[0] == '#')
        {
            index++;
            return null;
        }

        var start = index;
        var logical = Logical(lines, ref index, escape);
        var (keyword, rest) = SplitWord(logical);
        var heredocs = new List<Heredoc>();

        if (keyword.ToUpperInvariant() is "RUN" or "COPY" or "ADD" || rest.TrimStart().StartsWith("RUN ", StringComparison.OrdinalIgnoreCase))
        {
            ReadHeredocs(rest, lines, ref index, heredocs);
        }

        return Make(keyword, rest, heredocs, start + 1, index);
    }

    private static Instruction Make(string keyword, string rest, IReadOnlyList<Heredoc> heredocs, int line, int endLine)
    {
        keyword = keyword.ToUpperInvariant();

        if (keyword == "ONBUILD")
        {
            var (inner, arguments) = SplitWord(rest.TrimStart());
            return Make(inner.Equals("ONBUILD", StringComparison.OrdinalIgnoreCase) ? "ONBUILD'" : inner, arguments, heredocs, line, endLine) with { IsOnBuild = true };
        }

        var flags = new List<string>();
        var remaining = rest.Trim();

        while (keyword is "FROM" or "RUN" or "COPY" or "ADD" or "HEALTHCHECK" && remaining.StartsWith("--", StringComparison.Ordinal))
        {
            var (flag, after) = SplitWord(remaining);
            flags.Add(flag);
            remaining = after.TrimStart();
        }

        return new Instruction(keyword, flags, remaining, Exec(remaining), heredocs, line, endLine);
    }

    /// <summary>Joins continued lines; comment lines and empty lines in between are skipped, as the builder skips them.</summary>
    private static string Logical(string[] lines, ref int index, char escape)
    {
        var joined = new StringBuilder();

        for (var isFirst = true; index < lines.Length; isFirst = false)
        {
            var line = lines[index++].TrimEnd('\r');
            var trimmed = line.AsSpan().Trim();

            if (!isFirst && (trimmed.Length == 0 || trimmed[0] == '#'))
            {
                continue;
            }

            var body = line.AsSpan().TrimEnd();

            if (body.Length > 0 && body[^1] == escape)
            {
                joined.Append(body[..^1]);
                continue;
            }

            joined.Append(line);
            break;
        }

        return joined.ToString().Trim();
    }

    private static void ReadHeredocs(string text, string[] lines, ref int index, List<Heredoc> heredocs)
    {
        foreach (var (delimiter, stripsTabs) in HeredocMarkers(text))
        {
            var body = new StringBuilder();

            while (index < lines.Length)
            {
                var line = lines[index++].TrimEnd('\r');
                var content = stripsTabs ? line.TrimStart('\t') : line;

                if (content == delimiter)
                {
                    break;
                }

                body.Append(content).Append('\n');
            }

            heredocs.Add(new Heredoc(delimiter, body.ToString()));
        }
    }

    /// <summary>Finds <c>&lt;&lt;EOF</c>, <c>&lt;&lt;-"EOF"</c> outside quotes; <c>&lt;&lt;&lt;</c> is a here-string and does not count.</summary>
    internal static IEnumerable<(string Delimiter, bool StripsTabs)> HeredocMarkers(string text)
    {
        var quote = '\0';

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];

            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '<' && i + 2 < text.Length && text[i + 1] == '<')
            {
                var at = i + 2;

                if (text[at] == '<')
                {
                    i = at;
                    continue;
                }

                var strips = text[at] == '-';
                at += strips ? 1 : 0;
                var mark = at < text.Length && text[at] is '\'' or '"' ? text[at++] : '\0';
                var end = at;

                while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.'))
                {
                    end++;
                }

                if (end > at && (char.IsLetter(text[at]) || text[at] == '_'))
                {
                    yield return (text[at..end], strips);
                    i = mark != '\0' && end < text.Length ? end : end - 1;
                }
            }
        }
    }

    private static string[]? Exec(string text)
    {
        if (!text.StartsWith('['))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<string[]>(text) is { } words && words.All(word => word is not null) ? words : null;
        }
        catch (JsonException)
        {
            // The builder reads a broken JSON form as a shell command, and so do we.
            return null;
        }
    }

    private static (string Word, string Tail) SplitWord(string text)
    {
        var end = text.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? (text, "") : (text[..end], text[(end + 1)..].TrimStart());
    }

    /// <summary>Sorts instructions into stages and follows the variables from one to the next.</summary>
    private sealed class StageBuilder
    {
        private readonly List<Stage> _stages = [];
        private readonly List<Instruction> _unknown = [];
        private readonly Dictionary<string, string> _globals = new(StringComparer.Ordinal);
        private Dictionary<string, string> _variables = new(StringComparer.Ordinal);
        private readonly Dictionary<Stage, Dictionary<string, string>> _stageVariables = [];

        public int Count { get; private set; }

        public void Add(Instruction instruction)
        {
            Count++;

            if (!Keywords.Contains(instruction.Keyword))
            {
                _unknown.Add(instruction);
                return;
            }

            if (instruction.Keyword == "FROM" && !instruction.IsOnBuild)
            {
                Begin(instruction with { Variables = new Dictionary<string, string>(_globals) });
                return;
            }

            if (_stages.Count == 0 && instruction.Keyword == "ARG")
            {
                foreach (var (name, value) in DockerWords.Pairs(instruction.Arguments))
                {
                    if (value is not null)
                    {
                        _globals[name] = DockerWords.Expand(value, _globals);
                    }
                }

                return;
            }

            if (_stages.Count == 0)
            {
                _stages.Add(new Stage("", null, null));
            }

            _stages[^1].Instructions.Add(instruction with { Variables = _variables });

            if (instruction is { Keyword: "ENV" or "ARG", IsOnBuild: false })
            {
                Remember(instruction);
            }
        }

        public Dockerfile Build() => new(_stages, _unknown);

        private void Begin(Instruction from)
        {
            var words = from.Arguments.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var image = words.Length > 0 ? words[0].Trim('"', '\'') : "";
            var alias = words.Length >= 3 && words[1].Equals("AS", StringComparison.OrdinalIgnoreCase) ? words[2] : null;
            var stage = new Stage(image, alias, from)
            {
                Parent = _stages.FindLast(earlier => earlier.Alias is not null && earlier.Alias.Equals(image, StringComparison.OrdinalIgnoreCase)),
            };

            _variables = stage.Parent is not null && _stageVariables.TryGetValue(stage.Parent, out var inherited)
                ? new Dictionary<string, string>(inherited, StringComparer.Ordinal)
                : new Dictionary<string, string>(StringComparer.Ordinal);
            _stageVariables[stage] = _variables;
            _stages.Add(stage);
        }

        private void Remember(Instruction instruction)
        {
            // A new map each time: instructions above keep what they knew.
            var next = new Dictionary<string, string>(_variables, StringComparer.Ordinal);

            foreach (var (name, value) in DockerWords.Pairs(instruction.Arguments))
            {
                if (value is not null)
                {
                    next[name] = DockerWords.Expand(value, _variables);
                }
                else if (instruction.Keyword == "ARG" && _globals.TryGetValue(name, out var global))
                {
                    next[name] = global;
                }
            }

            _variables = next;

            if (_stages.Count > 0)
            {
                _stageVariables[_stages[^1]] = next;
            }
        }
    }
}
