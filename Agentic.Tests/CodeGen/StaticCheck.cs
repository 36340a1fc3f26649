namespace Agentic.Tests.CodeGen;

/// <summary>What is wrong with one file of one combination.</summary>
internal sealed record StaticProblem(GeneratedFolder Folder, string Text)
{
    public override string ToString() => $"{Folder.Name} ({Folder.Request.Iac}): {Text}";
}

/// <summary>A check of generated files that runs none of their code.</summary>
/// <param name="Title">Column of the certificate.</param>
/// <param name="Missing">Why the check cannot run here, or null.</param>
internal sealed record StaticCheck(string Title, Func<string?> Missing, Func<IReadOnlyList<GeneratedFolder>, IEnumerable<StaticProblem>> Find)
{
    /// <summary>True where a program must read files one by one: a plain test run gives it the pairwise subset only.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Skips the test where the check cannot run; fails it where every check is demanded.</summary>
    public void Require()
    {
        if (Missing() is not { } missing)
            return;
        if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
            Assert.Fail(missing);
        Assert.Ignore(missing);
    }

    public override string ToString() => Title;
}
