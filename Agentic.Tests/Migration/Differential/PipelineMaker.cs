using System.Globalization;
using System.Text;

namespace Agentic.Tests.Migration.Differential;

/// <summary>Makes pipelines out of the constructs real ones use, the same ones for the same seed, and counts what it used.</summary>
internal sealed class PipelineMaker(int seed)
{
    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private readonly SortedDictionary<string, int> _used = new(StringComparer.Ordinal);
    private int _commands;
    private int _names;
    private int _depth = 1;
    private List<string> _known = [];
    private bool _stagePosts;
    private bool _parallel;

    public IReadOnlyDictionary<string, int> Used => _used;

    /// <summary>The variables a command may look at.</summary>
    public static IReadOnlySet<string> Variables { get; } = new HashSet<string>(StringComparer.Ordinal) { "A", "B", "C", "D", "E", "F", "P", "Q", "S" };

    public string Make()
    {
        if (_random.Next(3) == 0) Scripted();
        else Declarative();
        return _text.ToString();
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private void Use(string construct) => _used[construct] = _used.GetValueOrDefault(construct) + 1;

    private void Line(string line) => _text.Append(' ', 4 * (_depth - 1)).Append(line).Append('\n');

    private void Block(string head, Action body)
    {
        Line(head + " {");
        _depth++;
        body();
        _depth--;
        Line("}");
    }

    private string Pick(params string[] options) => options[_random.Next(options.Length)];

    private string Command()
    {
        var words = new StringBuilder("act-").Append((++_commands).ToString(CultureInfo.InvariantCulture));
        for (var count = _random.Next(3); count > 0; count--) words.Append(' ').Append(Pick("$A", "\"$B\"", "${C}", "--flag", "'single $A' last", "\"two words\"", "$P", "$S", "x=$Q"));
        return words.ToString();
    }

    private string Sh(string command) => command.Contains('\'', StringComparison.Ordinal) || Chance(20) ? $"sh '''{command}'''" : $"sh '{command}'";

    private void Declarative()
    {
        var agents = Chance(25);
        _stagePosts = Chance(40);
        Use("declarative");
        Block("pipeline", () =>
        {
            Line(agents ? "agent none" : "agent any");
            Block("parameters", () =>
            {
                Line("booleanParam(name: 'P', defaultValue: " + Pick("true", "false") + ")");
                Line("choice(name: 'Q', choices: ['one', 'two', 'three'])");
                Line("string(name: 'S', defaultValue: 'plain')");
            });
            Block("environment", () =>
            {
                Line("A = 'alpha'");
                Line("B = \"beta-${A}\"");
                if (Chance(30)) Line("C = 'it-is'");
            });
            Block("stages", () =>
            {
                for (var count = 1 + _random.Next(4); count > 0; count--) Stage(agents, nested: 0);
            });
            if (Chance(50)) Post("post of the pipeline");
        });
    }

    private void Stage(bool agents, int nested) => Block($"stage('Stage {++_names}')", () =>
    {
        Use("stage");
        var kind = nested == 0 ? _random.Next(10) : 9;
        if (agents && kind != 0)
        {
            Use("agent of a stage");
            Line("agent { label 'box' }");
        }

        if (Chance(30)) Block("when", () => When(0));
        if (Chance(25))
        {
            Use("environment of a stage");
            Block("environment", () => Line($"D = 'delta-{_names}'"));
        }

        if (kind == 0)
        {
            Use("parallel stages");
            _parallel = true;
            Block("parallel", () =>
            {
                Stage(agents, nested + 1);
                Stage(agents, nested + 1);
            });
            _parallel = false;
        }
        else if (kind == 1)
        {
            Use("nested stages");
            Block("stages", () =>
            {
                Stage(false, nested + 1);
                Stage(false, nested + 1);
            });
        }
        else
        {
            Block("steps", () =>
            {
                for (var count = 1 + _random.Next(3); count > 0; count--) DeclarativeStep(0);
            });
        }

        if (_stagePosts && kind > 1 && Chance(50)) Post("post of a stage");
    });

    private void Post(string what) => Block("post", () =>
    {
        foreach (var condition in (string[])["always", "success", "failure", "unsuccessful", "cleanup"])
            if (Chance(35))
            {
                Use(what + ": " + condition);
                Block(condition, () => Line(Sh(Command())));
            }

        // A post section must not be empty.
        Block("aborted", () => Line("echo 'say-aborted'"));
    });

    private void When(int depth)
    {
        switch (_random.Next(depth > 1 ? 4 : 7))
        {
            case 0: Use("when branch"); Line("branch 'main'"); break;
            case 1: Use("when expression"); Line($"expression {{ {Condition()} }}"); break;
            case 2: Use("when environment"); Line($"environment name: 'A', value: '{Pick("alpha", "other")}'"); break;
            case 3: Use("when equals"); Line("equals expected: 'one', actual: params.Q"); break;
            case 4: Use("when not"); Block("not", () => When(depth + 1)); break;
            case 5: Use("when allOf"); Block("allOf", () => { When(depth + 1); When(depth + 1); }); break;
            default: Use("when anyOf"); Block("anyOf", () => { When(depth + 1); When(depth + 1); }); break;
        }
    }

    private string Condition(int depth = 0)
    {
        var simple = new List<string> { "params.P", "!params.P", "params.Q == 'one'", "params.Q != 'two'", "env.BRANCH_NAME == 'main'", "env.A == 'alpha'", "params.S == 'plain'" };
        foreach (var name in _known) simple.Add($"{name} == 'v{_random.Next(3)}'");
        return depth > 0 || Chance(70) ? simple[_random.Next(simple.Count)] : $"{Condition(1)} {Pick("&&", "||")} {Condition(1)}";
    }

    private void DeclarativeStep(int depth)
    {
        switch (_random.Next(depth > 1 ? 3 : 8))
        {
            case 0 or 1: Use("sh"); Line(Sh(Command())); break;
            case 2: Use("echo"); Line($"echo \"say-{++_names} ${{{Pick("env.A", "params.Q", "B")}}}\""); break;
            case 3: Use("dir"); Block($"dir('{Pick("sub", "a/b")}')", () => DeclarativeStep(depth + 1)); break;
            case 4: Use("withEnv"); Block($"withEnv(['E=eps-{++_names}', \"F=${{env.A}}-f\"])", () => DeclarativeStep(depth + 1)); break;
            case 5 when !_stagePosts: Use("catchError"); Block("catchError", () => DeclarativeStep(depth + 1)); break;
            default:
                Use("script");
                var outer = _known;
                _known = [];
                Block("script", () => Statements(depth + 1));
                _known = outer;
                break;
        }
    }

    private void Scripted()
    {
        Use("scripted");
        Block("node", () =>
        {
            Line("env.A = 'alpha'");
            Line("env.B = \"beta-${env.A}\"");
            for (var count = 1 + _random.Next(3); count > 0; count--)
            {
                Use("stage");
                Block($"stage('Stage {++_names}')", () => Statements(0));
            }
        });
        // Parameters of a scripted pipeline are properties of the job; here they are read like any other variable.
        _text.Replace("params.P", "(env.BRANCH_NAME == 'main')").Replace("params.Q", "env.BRANCH_NAME").Replace("params.S", "env.B");
    }

    private void Statements(int depth)
    {
        var outer = _known;
        _known = [.. outer];
        for (var count = 1 + _random.Next(3); count > 0; count--) Statement(depth);
        _known = outer;
    }

    private void Statement(int depth)
    {
        switch (_random.Next(depth > 2 ? 5 : 15))
        {
            case 0 or 1: Use("sh"); Line(Sh(Command())); break;
            case 2: Use("echo"); Line(_known.Count > 0 ? $"echo \"say-{++_names} ${{{_known[^1]}}}\"" : $"echo 'say-{++_names}'"); break;
            case 3:
                // Which of two branches assigns first is for chance to decide, in Jenkins as well.
                if (_parallel)
                {
                    Line(Sh(Command()));
                    break;
                }

                Use("env.X =");
                Line($"env.C = \"gamma-{++_names}\"");
                break;
            case 4:
                var output = "out" + (++_names).ToString(CultureInfo.InvariantCulture);
                Use("returnStdout");
                Line($"def {output} = sh(script: '{Command().Replace("'", "", StringComparison.Ordinal)}', returnStdout: true).trim()");
                _known.Add(output);
                break;
            case 5 or 6:
                Use("if");
                Block($"if ({Condition()})", () => Statements(depth + 1));
                if (Chance(50))
                {
                    Use("else");
                    Block("else", () => Statements(depth + 1));
                }

                break;
            case 7:
                Use("for in");
                Block("for (item in ['x', 'y'])", () => Line($"sh \"act-{++_commands} ${{item}} $A\""));
                break;
            case 8:
                Use("each");
                Block("['p', 'q'].each", () => Line($"sh \"act-{++_commands} ${{it}}\""));
                break;
            case 9 or 10:
                Use("try");
                Block("try", () => Statements(depth + 1));
                var caught = Chance(60);
                if (caught)
                {
                    Use("catch");
                    Block("catch (problem)", () =>
                    {
                        Statements(depth + 1);
                        if (Chance(40)) Line("throw problem");
                    });
                }

                if (!caught || Chance(40))
                {
                    Use("finally");
                    Block("finally", () => Line(Sh(Command())));
                }

                break;
            case 11:
                Use("returnStatus");
                var status = "rc" + (++_names).ToString(CultureInfo.InvariantCulture);
                Line($"def {status} = sh(script: '{Command().Replace("'", "", StringComparison.Ordinal)}', returnStatus: true)");
                Block($"if ({status} {Pick("==", "!=")} 0)", () => Statements(depth + 1));
                break;
            case 12:
                Use("variable set under a condition");
                var variable = "v" + (++_names).ToString(CultureInfo.InvariantCulture);
                Line($"def {variable} = 'v0'");
                Block($"if ({Condition()})", () => Line($"{variable} = 'v1'"));
                Line($"sh \"act-{++_commands} ${{{variable}}}\"");
                _known.Add(variable);
                break;
            case 13:
                Use("switch");
                Line("switch (params.Q) {");
                Line("    case 'one':");
                Line("        " + Sh(Command()));
                Line("        break");
                Line("    default:");
                Line("        " + Sh(Command()));
                Line("}");
                break;
            default:
                if (Chance(50))
                {
                    Use("withEnv");
                    Block($"withEnv(['E=eps-{++_names}'])", () => Statements(depth + 1));
                }
                else
                {
                    Use("dir");
                    Block("dir('sub')", () => Statements(depth + 1));
                }

                break;
        }
    }
}
