using System.Globalization;
using System.Text.RegularExpressions;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>
/// Walks a Jenkinsfile as the program it is, with what is known of its values, and leaves the workflow that does the
/// same. What cannot be known stays behind a condition that is off, or becomes a step that fails; never a guess.
/// </summary>
internal sealed partial class Conversion
{
    private const int MostStatements = 20000;
    private const int MostEvaluations = 200000;
    private const int MostSteps = 600;
    private const int DeepestCall = 16;

    private readonly GroovyScript _script;
    private SourceText _source;
    private readonly ConversionRequest _request;
    private readonly Catalogue _catalogue;
    private readonly LossLedger _ledger;
    private readonly Workflow _workflow;
    private readonly Dictionary<string, List<Method>> _methods = new(StringComparer.Ordinal);
    private readonly Scope _globals = new(null);
    private readonly Dictionary<string, bool> _mentioned = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _secrets = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];
    private int _statements;
    private int _evaluations;
    private int _emitted;
    private int _calls;

    private Conversion(GroovyScript script, ConversionRequest request, Catalogue catalogue)
    {
        _script = script;
        _source = script.Source;
        _request = request;
        _catalogue = catalogue;
        _ledger = new LossLedger(script.Source);
        _workflow = new Workflow { Name = request.ProjectName };
    }

    public static ConvertedPipeline Run(GroovyScript script, ConversionRequest request, Catalogue catalogue) => new Conversion(script, request, catalogue).Run();

    private ConvertedPipeline Run()
    {
        foreach (var statement in _script.Statements.OfType<Method>()) Define(statement);
        ReadLibraries();
        var around = new Surroundings();
        var pipeline = _script.Statements.Select(DeclarativeRules.PipelineOf).FirstOrDefault(found => found is not null);
        if (pipeline is not null) Triggers(null);
        foreach (var statement in _script.Statements)
        {
            if (DeclarativeRules.PipelineOf(statement) is { } call) Declarative(call, around);
            else Execute(statement, _globals, around);
        }

        foreach (var method in _methods.Values.SelectMany(list => list).Where(method => !_called.Contains(method)))
            NeverCalled(method);
        ReportCaught();
        Finish();
        NeverRun();
        return new ConvertedPipeline(_workflow, Observe(), _ledger, pipeline is not null, _secrets, _variables, _labels, _warnings)
        {
            Actions = UsedActions.ToDictionary(action => action.Folder + "/action.yml", action => action.Write(_catalogue.Pins), StringComparer.Ordinal),
        };
    }

    /// <summary>Closures and commands that were handed to something the conversion does not follow would vanish without this.</summary>
    private void NeverRun()
    {
        foreach (var node in SyntaxWalk.All(_script.Statements))
            if (node is Closure { Body.Count: > 0 } closure && !_ran.Contains(closure) && (_ledger.Around(closure.Span) is null or Fate.Converted || _source.LastLineOf(closure.Span) - _source.LineOf(closure.Span.Start) > 20))
                foreach (var statement in closure.Body) MarkTree(statement, Fate.Manual, "nothing the conversion follows runs this block; place its steps by hand");
            else if (node is Call { StepName: "sh" or "bat" or "powershell" or "pwsh" or "echo" } call && !_reached.Contains(call) && _ledger.Around(call.Span) is null or Fate.Converted) Mark(call.Span, Fate.Manual, "the conversion did not reach this command; place it by hand");
    }

    private readonly HashSet<Closure> _ran = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Call> _reached = new(ReferenceEqualityComparer.Instance);

    private void Define(Method method)
    {
        if (!_methods.TryGetValue(method.Name, out var list)) _methods[method.Name] = list = [];
        list.Add(method);
        Mark(method.Head, Fate.Converted, "a function; its body stands where it is called");
    }

    /// <summary>A function nobody calls runs nothing; its commands stay visible in the ledger with their lines.</summary>
    private void NeverCalled(Method method)
    {
        if (method.Body.Span.Length == 0) return;
        foreach (var statement in method.Body.Statements)
            MarkTree(statement, Fate.Dropped, $"the function {method.Name} is never called in this file");
        _ledger.Mark(method.Head, Fate.Dropped, $"the function {method.Name} is never called in this file");
    }

    private void Mark(Span span, Fate fate, string note)
    {
        if (_abroad is null) _ledger.Mark(span, fate, note);
        else if (fate >= Fate.Approximated) _ledger.Mark(_abroad.Value.Call, fate, $"in {_abroad.Value.Library}: {note}");
    }

    /// <summary>Marks a statement nobody will execute, line by line where it has an inside.</summary>
    private void MarkTree(Stmt statement, Fate fate, string note)
    {
        var first = _source.LineOf(statement.Span.Start);
        var last = _source.LastLineOf(statement.Span);
        if (last - first < 20)
        {
            Mark(statement.Span, fate, note);
            return;
        }

        // Long stretches are split so that every account names a place a person can find.
        var start = statement.Span.Start;
        while (start < statement.Span.End)
        {
            var end = start;
            for (var lines = 0; lines < 20 && end < statement.Span.End; end++)
                if (_source.Text[end] == '\n') lines++;
            Mark(new Span(start, Math.Min(end, statement.Span.End)), fate, note);
            start = end;
        }
    }

    private int LineOf(Node node) => _source.LineOf(node.Span.Start);

    /// <summary>One line of the source, short enough for a note, with nothing that looks like a secret.</summary>
    private string Quote(Span span, int length = 90)
    {
        // What comes after has no part in the answer, but a secret at the edge must still be known for one.
        var text = HardCodedSecrets.Redact(_source.OnOneLine(span, length + 400));
        return text.Length <= length ? text : text[..length] + "...";
    }

    private void NeedSecret(string name, string kind) => _secrets.TryAdd(name, kind);

    private void NeedVariable(string name, string why) => _variables.TryAdd(name, why);

    private bool SourceMentions(string word) => _mentioned.TryGetValue(word, out var known) ? known : _mentioned[word] = Identifiers.Mentions(_script.Source.Text, word);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A name that secrets, variables and the environment accept.</summary>
    public static string Upper(string name)
    {
        var cleaned = NotWord().Replace(name, "_").Trim('_').ToUpperInvariant();
        if (cleaned.Length == 0) return "UNNAMED";
        if (char.IsAsciiDigit(cleaned[0])) cleaned = "_" + cleaned;
        return cleaned.StartsWith("GITHUB_", StringComparison.Ordinal) ? "JENKINS_" + cleaned : cleaned;
    }

    private static string EnvName(string name)
    {
        var cleaned = NotWord().Replace(name, "_");
        if (cleaned.Length == 0) return "_";
        return char.IsAsciiDigit(cleaned[0]) ? "_" + cleaned : cleaned;
    }

    [GeneratedRegex(@"[A-Za-z_]\w*", RegexOptions.NonBacktracking)]
    private static partial Regex Words();

    [GeneratedRegex("[^A-Za-z0-9_]+", RegexOptions.NonBacktracking)]
    private static partial Regex NotWord();

    [GeneratedRegex("[^A-Za-z0-9_]+", RegexOptions.NonBacktracking)]
    private static partial Regex NotIdentifier();

    /// <summary>Latin letters without their marks, from a table of our own, so that ids are the same on every machine.</summary>
    private static string Plain(char letter)
    {
        const string marked = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿčďěňřšťůžąćęłńśźżğışőű";
        const string plain = "aaaaaaceeeeiiiinoooooouuuuyycdenrstuzacelnszzgisou";
        return letter switch
        {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            _ => marked.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var at ? plain[at].ToString() : letter.ToString(),
        };
    }

    private string NewId(HashSet<string> taken, string name)
    {
        var cleaned = NotIdentifier().Replace(string.Concat(name.ToLowerInvariant().Select(Plain)), "-").Trim('-');
        if (cleaned.Length == 0) cleaned = "job";
        if (!char.IsAsciiLetter(cleaned[0]) && cleaned[0] != '_') cleaned = "_" + cleaned;
        if (cleaned.Length > 60) cleaned = cleaned[..60].TrimEnd('-');
        var id = cleaned;
        for (var number = 2; !taken.Add(id); number++) id = string.Create(CultureInfo.InvariantCulture, $"{cleaned}-{number}");
        return id;
    }
}

/// <summary>What the caller knows besides the text.</summary>
/// <param name="CompositeActions">Whether library steps become actions of the repository: always, never, or where one is used again.</param>
internal sealed record ConversionRequest(string ProjectName, IReadOnlyDictionary<string, string> Libraries, IReadOnlyDictionary<string, string> Files, bool? CompositeActions = null);

/// <summary>The workflow, and everything a person has to know or do about it.</summary>
internal sealed record ConvertedPipeline(
    Workflow Workflow,
    WrittenYaml Written,
    LossLedger Ledger,
    bool Declarative,
    IReadOnlyDictionary<string, string> Secrets,
    IReadOnlyDictionary<string, string> Variables,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Actions of the repository that the workflow uses, by path.</summary>
    public IReadOnlyDictionary<string, string> Actions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
