using System.Text;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>
/// A template in Liquid's language, parsed once and rendered any number of times. The sandbox is the language itself: values are text,
/// lists and maps of text; there is no include, no file, no clock, no reflection, and steps and output are bounded.
/// </summary>
/// <remarks>Tags: if/elsif/else, unless, for, assign, raw, comment. Filters: see <see cref="LiquidFilters"/>. Unknown names are errors.</remarks>
internal sealed class LiquidText
{
    public const int LongestSource = 256 * 1024;
    public const int LongestOutput = 1024 * 1024;
    public const int DeepestNesting = 40;
    private const int MostSteps = 50_000;

    private const int MostCharacters = 16 * 1024 * 1024;

    private readonly IReadOnlyList<Node> _nodes;
    private readonly string _path;

    internal LiquidText(string path, IReadOnlyList<Node> nodes) => (_path, _nodes) = (path, nodes);

    public static Outcome<LiquidText> Parse(string path, string source)
    {
        var errors = new List<TemplateError>();
        return LiquidParser.Parse(path, source, errors) is { } text ? text : Refusal.Unprocessable(errors[0].ToString());
    }

    /// <summary>A condition such as <c>store == "redis"</c> that renders to <c>true</c> or nothing.</summary>
    public static LiquidText? ParseCondition(string path, string condition, List<TemplateError> errors, int line)
    {
        if (condition.AsSpan().IndexOfAny("{}%\n") < 0)
            return LiquidParser.Parse(path, "{% if " + condition + " %}true{% endif %}", errors, line);
        errors.Add(new TemplateError(path, line, $"the condition '{condition}' is one line such as store == \"redis\", without braces."));
        return null;
    }

    /// <summary>Names this text reads that are neither known nor made by the text itself.</summary>
    public IEnumerable<TemplateError> UnknownNames(IReadOnlySet<string> known) =>
        LiquidNames.Unknown(_nodes, known).Select(name => new TemplateError(_path, name.Line, $"nothing is called '{name.Name}'{name.Hint}."));

    /// <param name="answers">Text, lists of text, or maps of text.</param>
    public Outcome<string> Render(IReadOnlyDictionary<string, object> answers)
    {
        var run = new Run(answers);
        try
        {
            run.All(_nodes);
            return run.Output.ToString();
        }
        catch (LiquidProblem problem)
        {
            return Refusal.Unprocessable($"{_path}, line {problem.Line}: {problem.Message}");
        }
    }

    /// <summary>The state of one rendering.</summary>
    internal sealed class Run(IReadOnlyDictionary<string, object> answers)
    {
        private readonly Dictionary<string, object> _assigned = new(StringComparer.Ordinal);
        private int _steps;
        private int _characters;

        public StringBuilder Output { get; } = new();

        public void All(IReadOnlyList<Node> nodes)
        {
            foreach (var node in nodes)
            {
                Step(node.Line);
                node.Render(this);
            }
        }

        public void Write(string text, int line)
        {
            if (Output.Length + text.Length > LongestOutput)
                throw new LiquidProblem(line, $"the output is longer than {LongestOutput} characters.");
            Output.Append(text);
        }

        /// <summary>Counts the characters that filters make and comparisons read, so that few steps cannot be much work or memory.</summary>
        public void Spend(int characters, int line)
        {
            _characters += characters;
            if (_characters > MostCharacters)
                throw new LiquidProblem(line, $"the template works through more than {MostCharacters} characters.");
        }

        public void Assign(string name, object value) => _assigned[name] = value;

        public object Find(string name, int line) =>
            _assigned.TryGetValue(name, out var value) || answers.TryGetValue(name, out value)
                ? value
                : throw new LiquidProblem(line, $"nothing is called '{name}' here.");

        private void Step(int line)
        {
            if (++_steps > MostSteps)
                throw new LiquidProblem(line, $"the template takes more than {MostSteps} steps.");
        }
    }

    internal abstract record Node(int Line)
    {
        public abstract void Render(Run run);
    }

    internal sealed record Literal(int Line, string Text) : Node(Line)
    {
        public override void Render(Run run) => run.Write(Text, Line);
    }

    internal sealed record Print(int Line, LiquidValue Value) : Node(Line)
    {
        public override void Render(Run run) => run.Write(Value.Text(run), Line);
    }

    internal sealed record Choose(int Line, IReadOnlyList<(LiquidCondition When, IReadOnlyList<Node> Then)> Branches) : Node(Line)
    {
        public override void Render(Run run)
        {
            foreach (var (when, then) in Branches)
            {
                if (!when.Holds(run))
                    continue;
                run.All(then);
                return;
            }
        }
    }

    internal sealed record Set(int Line, string Name, LiquidValue Value) : Node(Line)
    {
        public override void Render(Run run) => run.Assign(Name, Value.Text(run));
    }

    internal sealed record Each(int Line, string Name, LiquidValue List, IReadOnlyList<Node> Body) : Node(Line)
    {
        public override void Render(Run run)
        {
            foreach (var item in List.List(run))
            {
                run.Assign(Name, item);
                run.All(Body);
            }
        }
    }
}

/// <summary>A template asked for something it cannot have. Caught where rendering or parsing began and turned into a refusal.</summary>
internal sealed class LiquidProblem(int line, string message) : Exception(message)
{
    public int Line { get; } = line;

    /// <summary>Nothing behind it can be read.</summary>
    public bool EndsReading { get; init; }
}
