namespace Agentic.Agents.CodeGen;

/// <summary>Reads Liquid text into nodes in one pass, with the line of every error.</summary>
internal sealed class LiquidParser
{
    private const int MostProblems = 50;

    private readonly string _source;
    private readonly List<LiquidProblem> _problems = [];
    private int _at;
    private int _line = 1;
    private int _depth;
    private bool _trimNext;

    private LiquidParser(string source, int line) => (_source, _line) = (source, line);

    /// <summary>The text, or null with every error found; after one the reading goes on behind the tag.</summary>
    /// <param name="line">Line of the file where the text begins.</param>
    public static LiquidText? Parse(string path, string source, List<TemplateError> errors, int line = 1)
    {
        if (source.Length > LiquidText.LongestSource)
        {
            errors.Add(new TemplateError(path, null, $"it has {source.Length} characters; a template has at most {LiquidText.LongestSource}."));
            return null;
        }

        var parser = new LiquidParser(source, line);
        IReadOnlyList<LiquidText.Node> nodes = [];
        try
        {
            (nodes, _) = parser.Block([]);
        }
        catch (LiquidProblem problem)
        {
            parser._problems.Add(problem);
        }

        errors.AddRange(parser._problems.Select(problem => new TemplateError(path, problem.Line, problem.Message)));
        return parser._problems.Count == 0 ? new LiquidText(path, nodes) : null;
    }

    // What one tag has wrong is kept and the reading goes on; MostProblems keeps a hopeless text from filling the answer.
    private void Attempt(Action read)
    {
        try
        {
            read();
        }
        catch (LiquidProblem problem) when (!problem.EndsReading && _problems.Count < MostProblems)
        {
            _problems.Add(problem);
        }
    }

    /// <summary>Reads until one of the given tags, which is returned unread apart from its words.</summary>
    private (IReadOnlyList<LiquidText.Node> Nodes, LiquidWords? End) Block(IReadOnlyList<string> ends)
    {
        if (++_depth > LiquidText.DeepestNesting)
            throw new LiquidProblem(_line, $"blocks are nested deeper than {LiquidText.DeepestNesting}.") { EndsReading = true };
        var (nodes, start) = (new List<LiquidText.Node>(), _line);
        while (_at < _source.Length)
        {
            var open = NextMark();
            AddLiteral(nodes, open);
            if (open == _source.Length)
                break;
            var isTag = _source[open + 1] == '%';
            var words = Inside(open, isTag ? "%}" : "}}");
            if (!isTag)
            {
                Attempt(() =>
                {
                    nodes.Add(new LiquidText.Print(words.Line, words.Value()));
                    words.End();
                });
                continue;
            }

            var name = words.Word();
            if (ends.Contains(name))
            {
                _depth--;
                return (nodes, words);
            }

            Attempt(() => Tag(name, words, nodes));
        }

        if (ends.Count > 0)
            throw new LiquidProblem(start, $"the block that begins here has no '{ends[^1]}'.") { EndsReading = true };
        return (nodes, null);
    }

    private void Tag(string name, LiquidWords words, List<LiquidText.Node> nodes)
    {
        switch (name)
        {
            case "if" or "unless":
                nodes.Add(Choice(name, words));
                break;
            case "for":
                var (item, list) = ("", new LiquidValue(words.Line, "", "", null, []));
                Attempt(() =>
                {
                    item = words.Name();
                    words.Expect("in");
                    list = words.Value();
                    words.End();
                });
                nodes.Add(new LiquidText.Each(words.Line, item, list, Block(["endfor"]).Nodes));
                break;
            case "assign":
                var target = words.Name();
                words.Expect("=");
                nodes.Add(new LiquidText.Set(words.Line, target, words.Value()));
                words.End();
                break;
            case "raw":
                words.End();
                nodes.Add(new LiquidText.Literal(words.Line, Verbatim("endraw")));
                break;
            case "comment":
                words.End();
                Verbatim("endcomment");
                break;
            default:
                throw new LiquidProblem(words.Line, $"there is no tag '{name}'; use if, unless, for, assign, raw or comment.");
        }
    }

    private LiquidText.Choose Choice(string name, LiquidWords words)
    {
        var line = words.Line;
        var condition = Condition(words);
        LiquidCondition when = name == "unless" ? new LiquidCondition.Not(condition) : condition;
        var branches = new List<(LiquidCondition, IReadOnlyList<LiquidText.Node>)>();
        string[] ends = name == "unless" ? ["else", "endunless"] : ["elsif", "else", "endif"];
        while (true)
        {
            var (nodes, end) = Block(ends);
            branches.Add((when, nodes));
            var which = end!.Last;
            if (which.StartsWith("end", StringComparison.Ordinal))
            {
                Attempt(end.End);
                return new LiquidText.Choose(line, branches);
            }

            if (which == "else")
            {
                Attempt(end.End);
                when = new LiquidCondition.Always(true);
                ends = [ends[^1]];
            }
            else
            {
                when = Condition(end);
            }
        }
    }

    private LiquidCondition Condition(LiquidWords words)
    {
        LiquidCondition condition = new LiquidCondition.Always(true);
        Attempt(() =>
        {
            condition = words.Condition();
            words.End();
        });
        return condition;
    }

    private int NextMark()
    {
        for (var open = _source.IndexOf('{', _at); open >= 0 && open + 1 < _source.Length; open = _source.IndexOf('{', open + 1))
        {
            if (_source[open + 1] is '{' or '%')
                return open;
        }

        return _source.Length;
    }

    private void AddLiteral(List<LiquidText.Node> nodes, int end)
    {
        var text = _source[_at..end];
        var line = _line;
        Advance(end);
        if (_trimNext)
            text = text.TrimStart();
        if (end + 2 < _source.Length && _source[end + 2] == '-')
            text = text.TrimEnd();
        _trimNext = false;
        if (text.Length > 0)
            nodes.Add(new LiquidText.Literal(line, text));
    }

    private LiquidWords Inside(int open, string close)
    {
        var end = _source.IndexOf(close, open + 2, StringComparison.Ordinal);
        if (end < 0)
            throw new LiquidProblem(_line, $"'{_source.Substring(open, 2)}' has no '{close}'.") { EndsReading = true };
        var (from, to) = (open + 2, end);
        if (from < to && _source[from] == '-')
            from++;
        if (to > from && _source[to - 1] == '-')
        {
            to--;
            _trimNext = true;
        }

        var words = new LiquidWords(_source[from..to], _line);
        Advance(end + 2);
        return words;
    }

    private string Verbatim(string end)
    {
        var trimStart = _trimNext;
        for (var open = _source.IndexOf("{%", _at, StringComparison.Ordinal); open >= 0; open = _source.IndexOf("{%", open + 2, StringComparison.Ordinal))
        {
            var close = _source.IndexOf("%}", open + 2, StringComparison.Ordinal);
            if (close < 0)
                break;
            if (_source[(open + 2)..close].Trim(' ', '-') != end)
                continue;
            var text = _source[_at..open];
            if (_source[open + 2] == '-')
                text = text.TrimEnd();
            _trimNext = _source[close - 1] == '-';
            Advance(close + 2);
            return trimStart ? text.TrimStart() : text;
        }

        throw new LiquidProblem(_line, $"the block that begins here has no '{end}'.") { EndsReading = true };
    }

    private void Advance(int to)
    {
        _line += _source.AsSpan(_at, to - _at).Count('\n');
        _at = to;
    }
}
