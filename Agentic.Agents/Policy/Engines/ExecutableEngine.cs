namespace Agentic.Agents.Policy.Engines;

/// <summary>One program: how it is called and how its answer is read.</summary>
/// <param name="Arguments">From the folder with the input to the arguments.</param>
/// <param name="Read">From the output to findings; throws <see cref="FormatException"/> where it is not what the program promises.</param>
/// <param name="GoodExits">Exit codes that mean "I looked"; with findings or without.</param>
internal sealed record EngineTool(
    string Name,
    string Executable,
    IReadOnlySet<string> Types,
    Func<string, IReadOnlyList<string>> Arguments,
    Func<string, EngineAliases, IReadOnlyList<Finding>> Read,
    IReadOnlySet<int> GoodExits)
{
    /// <summary>Which files it can make sense of; null for all. Given none of those, it is not run.</summary>
    public Func<string, string, bool>? Takes { get; init; }
}

/// <summary>Runs a program over the input in a scratch folder. Missing, late, failing or talking nonsense: not checked.</summary>
internal sealed class ExecutableEngine(EngineTool tool, IEngineProcess process, EngineAliases aliases, TimeSpan limit) : IExternalEngine
{
    public string Name => tool.Name;

    public bool Reads(string type) => tool.Types.Contains(type);

    public async Task<Checked> CheckAsync(EngineInput input, CancellationToken cancellation)
    {
        var files = tool.Takes is null ? input.Files : input.Files.Where(file => tool.Takes(file.Key, file.Value)).ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);

        if (files.Count == 0 && input.Files.Count > 0)
        {
            return Checked.Nothing;
        }

        var (folder, refused) = await ScratchFolder.OfAsync(files, cancellation);

        using (folder)
        {
            if (refused is not null)
            {
                return Checked.Unread(Name, $"The path '{refused}' leaves the folder of the input; nothing was run.");
            }

            await File.WriteAllTextAsync(Path.Combine(folder.Path, "input.json"), EngineDocument.Write(input), cancellation);

            var outcome = await process.RunAsync(tool.Executable, tool.Arguments(Path.Combine(folder.Path, "input")), folder.Path, limit, cancellation);
            return Judge(outcome);
        }
    }

    private Checked Judge(ProcessOutcome outcome)
    {
        if (outcome.IsMissing)
        {
            return Checked.Unread(Name, $"The program '{tool.Executable}' could not be started; install it or remove it from the settings.");
        }

        if (outcome.HasTimedOut)
        {
            return Checked.Unread(Name, $"It did not finish within {limit.TotalSeconds:F0} s and was stopped.");
        }

        if (outcome.IsCut)
        {
            return Checked.Unread(Name, "It wrote more than can be read; its answer was dropped.");
        }

        if (!tool.GoodExits.Contains(outcome.ExitCode))
        {
            return Checked.Unread(Name, $"It ended with exit code {outcome.ExitCode}: {Line(outcome.Errors)}");
        }

        try
        {
            return new Checked(tool.Read(outcome.Output, aliases), []);
        }
        catch (Exception broken) when (broken is FormatException or System.Text.Json.JsonException or InvalidOperationException)
        {
            return Checked.Unread(Name, $"Its answer could not be read: {Line(broken.Message)}");
        }
    }

    private static string Line(string text)
    {
        var first = text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "no message.";
        return first.Length <= 300 ? first : first[..300];
    }
}
