namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>One simple command: its program and words, quotes removed and known variables put in.</summary>
internal sealed record ShellCommand(string Name, IReadOnlyList<string> Words)
{
    /// <summary>Long flags without dashes and value, short flags letter by letter.</summary>
    public IEnumerable<string> Flags => Words.SelectMany(FlagsOf);

    public bool HasFlag(string flag) => Flags.Contains(flag);

    public bool HasWord(string word) => Words.Contains(word);

    /// <summary>The last part of the path of the program.</summary>
    public string Program => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>Words that are neither flags nor the value that follows one of <paramref name="flagsWithValue"/>.</summary>
    public List<string> Operands(IReadOnlySet<string> flagsWithValue)
    {
        var operands = new List<string>();

        for (var i = 0; i < Words.Count; i++)
        {
            if (!IsFlag(Words[i]))
            {
                if (Words[i].Length > 0 && Words[i] != "--")
                {
                    operands.Add(Words[i]);
                }

                continue;
            }

            if (!Words[i].Contains('=') && FlagsOf(Words[i]).LastOrDefault() is { } flag && flagsWithValue.Contains(flag))
            {
                i++;
            }
        }

        return operands;
    }

    public static bool IsFlag(string word) => word.Length > 1 && word[0] == '-' && word != "--";

    private static IEnumerable<string> FlagsOf(string word)
    {
        if (!IsFlag(word))
        {
            return [];
        }

        if (!word.StartsWith("--", StringComparison.Ordinal))
        {
            return word.Skip(1).Select(letter => letter.ToString());
        }

        var equals = word.IndexOf('=');
        return [equals < 0 ? word[2..] : word[2..equals]];
    }
}

/// <summary>
/// The commands of a POSIX shell script, wherever they stand: behind &amp;&amp;, || ; and pipes, in groups, conditions, loops and
/// substitutions. It is no shell: enough grammar to know which programs are called with which words.
/// </summary>
internal sealed class ShellScript
{
    private const int MaxCommands = 5_000;
    private const int MaxDepth = 8;

    private static readonly HashSet<string> Reserved = ["if", "then", "else", "elif", "fi", "while", "until", "do", "done", "!", "{", "}", "time", "esac"];

    /// <summary>Programs that run the rest of their words; the flags that take a value are skipped with it.</summary>
    private static readonly Dictionary<string, HashSet<string>> Wrappers = new(StringComparer.Ordinal)
    {
        ["sudo"] = ["u", "g", "user", "group", "h", "p"],
        ["env"] = ["u", "unset", "C"],
        ["exec"] = ["a"],
        ["command"] = [],
        ["nohup"] = [],
        ["nice"] = ["n"],
        ["eatmydata"] = [],
        ["ionice"] = ["c", "n"],
        ["timeout"] = ["k", "s"],
    };

    private readonly List<ShellCommand> _commands = [];

    public static ShellScript Empty { get; } = new();

    public IReadOnlyList<ShellCommand> Commands => _commands;

    public bool HasPipe { get; private set; }

    public static ShellScript Of(string text, IReadOnlyDictionary<string, string> variables)
    {
        var script = new ShellScript();
        script.Read(text, variables, depth: 0);
        return script;
    }

    public static ShellScript Exec(IReadOnlyList<string> words)
    {
        var script = new ShellScript();
        script.Add([.. words], new Dictionary<string, string>(), depth: 0);
        return script;
    }

    private void Read(string text, IReadOnlyDictionary<string, string> variables, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        var words = new List<string>();
        var lexer = new ShellLexer(text, variables);
        var place = new ShellPlace();

        while (_commands.Count < MaxCommands && lexer.Next(out var token))
        {
            foreach (var nested in lexer.TakeSubstitutions())
            {
                Read(nested, variables, depth + 1);
            }

            if (!token.IsOperator)
            {
                place.Word(token.Text, words.TrueForAll(Reserved.Contains));
                words.AddRange(token.Words);
                continue;
            }

            if (place.IsTest)
            {
                continue;
            }

            HasPipe |= token.Text is "|" or "|&" && !place.IsPattern;

            if (place.EndsCommand(token.Text))
            {
                Add(words, variables, depth);
            }

            words = [];
        }

        foreach (var nested in lexer.TakeSubstitutions())
        {
            Read(nested, variables, depth + 1);
        }

        Add(words, variables, depth);
    }

    private void Add(List<string> words, IReadOnlyDictionary<string, string> variables, int depth)
    {
        var start = 0;

        while (start < words.Count && (Reserved.Contains(words[start]) || IsAssignment(words[start])))
        {
            start++;
        }

        // The words of a loop or a case head name no program.
        if (start >= words.Count || words[start] is "for" or "case" or "select" or "function" || _commands.Count >= MaxCommands)
        {
            return;
        }

        var command = new ShellCommand(words[start], words[(start + 1)..]);
        _commands.Add(command);

        if (depth < MaxDepth && Wrappers.TryGetValue(command.Program, out var flagsWithValue))
        {
            Add(Wrapped(command, flagsWithValue), variables, depth + 1);
        }
        else if (command.Program is "sh" or "bash" or "ash" or "zsh" or "dash" && command.HasFlag("c"))
        {
            var at = command.Words.ToList().FindIndex(word => ShellCommand.IsFlag(word) && !word.StartsWith("--", StringComparison.Ordinal) && word.EndsWith('c'));

            if (at >= 0 && at + 1 < command.Words.Count)
            {
                Read(command.Words[at + 1], variables, depth + 1);
            }
        }
    }

    private static List<string> Wrapped(ShellCommand command, HashSet<string> flagsWithValue)
    {
        var at = 0;

        while (at < command.Words.Count && (ShellCommand.IsFlag(command.Words[at]) || command.Words[at] == "--" || IsAssignment(command.Words[at])))
        {
            var flag = command.Words[at].TrimStart('-');
            at += ShellCommand.IsFlag(command.Words[at]) && flagsWithValue.Contains(flag) ? 2 : 1;
        }

        if (command.Program == "timeout")
        {
            at++;
        }

        return at < command.Words.Count ? [.. command.Words.Skip(at)] : [];
    }

    private static bool IsAssignment(string word)
    {
        var equals = word.IndexOf('=');

        if (equals <= 0 || !(char.IsAsciiLetter(word[0]) || word[0] == '_'))
        {
            return false;
        }

        var name = word.AsSpan(0, equals).TrimEnd('+');

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return true;
    }
}
