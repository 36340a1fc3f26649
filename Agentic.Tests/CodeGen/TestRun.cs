using System.Globalization;
using System.Text.RegularExpressions;

namespace Agentic.Tests.CodeGen;

/// <summary>What a test run of a generated service printed, as numbers.</summary>
internal sealed record TestRun(int ExitCode, int Passed, int Failed, int Skipped, string Output)
{
    public bool IsGreen => ExitCode == 0 && Failed == 0 && Passed > 0;

    public static TestRun OfPytest((int ExitCode, string Output) run) =>
        new(run.ExitCode, Count(run.Output, @"(\d+) passed"), Count(run.Output, @"(\d+) failed") + Count(run.Output, @"(\d+) error"), Count(run.Output, @"(\d+) skipped"), run.Output);

    public static TestRun OfNode((int ExitCode, string Output) run) =>
        new(run.ExitCode, Count(run.Output, @"(?m)^. pass (\d+)"), Count(run.Output, @"(?m)^. fail (\d+)"), Count(run.Output, @"(?m)^. skipped (\d+)"), run.Output);

    public static TestRun OfGo((int ExitCode, string Output) run) =>
        new(run.ExitCode, Lines(run.Output, "--- PASS"), Lines(run.Output, "--- FAIL"), Lines(run.Output, "--- SKIP"), run.Output);

    private static int Count(string text, string pattern) =>
        Regex.Match(text, pattern, RegexOptions.NonBacktracking) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static int Lines(string text, string start) =>
        text.Split('\n').Count(line => line.TrimStart().StartsWith(start, StringComparison.Ordinal));
}
