using Agentic.Tests.Support;

namespace Agentic.Tests.Policy.Engines;

/// <summary>Reads <c>cases/&lt;topic&gt;/&lt;rule&gt;/{fail,pass}-n.*</c>; a case may also be a folder of that name.</summary>
internal static class RuleCases
{
    public static IEnumerable<TestCaseData> In(string topic)
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(SourceTree.Cases("Policy"), topic)).Order(StringComparer.Ordinal))
        {
            foreach (var file in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
            {
                var rule = Path.GetFileName(folder);
                yield return new TestCaseData(rule, IsFailing(file), file).SetArgDisplayNames(rule, Path.GetFileName(file));
            }
        }
    }

    public static void AssertCovered(string topic, string rule)
    {
        var folder = Path.Combine(SourceTree.Cases("Policy"), topic, rule);
        Assert.That(folder, Does.Exist, $"rule {rule} has no cases");

        var files = Directory.GetFileSystemEntries(folder);
        Assert.That(files.Count(IsFailing), Is.GreaterThanOrEqualTo(2), $"rule {rule} needs two failing cases");
        Assert.That(files.Count(file => !IsFailing(file)), Is.GreaterThanOrEqualTo(2), $"rule {rule} needs two passing cases");
    }

    private static bool IsFailing(string file) => Path.GetFileName(file).StartsWith("fail-", StringComparison.Ordinal);
}
