using System.Text.Json;
using System.Text.RegularExpressions;
using Agentic.Agents.CodeGen;
using YamlDotNet.RepresentationModel;

namespace Agentic.Tests.CodeGen;

/// <summary>Every combination that can be asked for, and what can be checked of its files without running them.</summary>
internal static class Combinations
{
    /// <summary>The whole matrix of the product; <see cref="Supported"/> is the part that can be generated today.</summary>
    public const int Matrix = 132;

    public static IEnumerable<GenerateService> Supported =>
        from language in ServiceRules.Languages
        from api in ServiceRules.ApiTypes
        from store in ServiceRules.Databases
        from messaging in ServiceRules.Messagings
        where api != "event-driven" || messaging != "none"
        select new GenerateService("order-line-service", language, api, store, messaging);

    /// <summary>The fewest combinations found that hold every pair of choices; the certificate of the whole is run apart.</summary>
    public static IReadOnlyList<GenerateService> Pairwise()
    {
        var (open, chosen) = (Supported.SelectMany(Pairs).ToHashSet(StringComparer.Ordinal), new List<GenerateService>());
        while (open.Count > 0)
        {
            var best = Supported.MaxBy(request => Pairs(request).Count(open.Contains))!;
            chosen.Add(best);
            open.ExceptWith(Pairs(best));
        }

        return chosen;
    }

    private static IEnumerable<string> Pairs(GenerateService request)
    {
        var choices = Name(request).Split(' ');
        for (var left = 0; left < choices.Length; left++)
        {
            for (var right = left + 1; right < choices.Length; right++)
                yield return $"{left}{choices[left]} {right}{choices[right]}";
        }
    }

    public static string Name(GenerateService request) => $"{request.Language} {request.ApiType} {request.Database} {request.Messaging}";

    /// <summary>Problems of files that a program will parse: YAML, JSON, shell line ends, text encoding.</summary>
    public static IEnumerable<string> Problems(GeneratedFiles files)
    {
        foreach (var file in files.Files)
        {
            if (Problem(file) is { } problem)
                yield return $"{file.Path}: {problem}";
        }
    }

    private static readonly Regex HelmAction = new(@"\{\{\.[^}]*\}\}", RegexOptions.NonBacktracking);

    private static string? Problem(GeneratedFile file)
    {
        var text = file.Text;
        if (text.Contains('\r', StringComparison.Ordinal) || (text.Length > 0 && text[^1] != '\n'))
            return "lines do not all end in one line feed";
        // A chart's templates have a syntax of their own, and are read as what they are once it is taken out.
        if (file.Path.StartsWith("deploy/helm/templates/", StringComparison.Ordinal))
            text = HelmAction.Replace(text, "x");
        if (text.Contains("{%", StringComparison.Ordinal) || text.Replace("${{", "", StringComparison.Ordinal).Contains("{{ ", StringComparison.Ordinal))
            return "template syntax is left";
        try
        {
            if (file.Path.EndsWith(".json", StringComparison.Ordinal))
                JsonDocument.Parse(text).Dispose();
            if (file.Path.EndsWith(".yaml", StringComparison.Ordinal) || file.Path.EndsWith(".yml", StringComparison.Ordinal))
                new YamlStream().Load(new StringReader(text));
            return null;
        }
        catch (Exception problem) when (problem is JsonException or YamlDotNet.Core.YamlException)
        {
            return problem.Message;
        }
    }
}
