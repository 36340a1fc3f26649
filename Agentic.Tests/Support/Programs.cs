namespace Agentic.Tests.Support;

/// <summary>Programs a test runs that are not part of the SDK.</summary>
internal static class Programs
{
    /// <summary>Skips the test where one of them is not on PATH; fails it where every test is demanded.</summary>
    public static void Require(params string[] names)
    {
        var missing = names.Where(name => !IsThere(name)).ToList();
        if (missing.Count == 0)
            return;
        var reason = $"Not on PATH: {string.Join(", ", missing)}.";
        if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
            Assert.Fail(reason);
        Assert.Ignore(reason);
    }

    public static bool IsThere(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));
}
