using Agentic.Agents.CodeGen;
using Agentic.Agents.Policy;
using Agentic.Tests.CodeGen;

namespace Agentic.Tests.Policy;

/// <summary>What the product generates passes the product's own policy, in every combination and where it is strictest.</summary>
internal sealed class GeneratedServicePolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [TestCaseSource(typeof(ServiceRules), nameof(ServiceRules.Languages))]
    public void Lets_every_generated_service_into_production(string language)
    {
        var refused = new List<string>();

        foreach (var request in Combinations.Supported.Where(request => request.Language == language))
        {
            var files = Service.Generated(request).Files.ToDictionary(file => file.Path, file => file.Text);
            var verdict = PolicyEvaluation.Evaluate(new PolicyContent("files", files, []), "production", PolicyBook.BuiltIn, Now).Value!;
            if (verdict.Blocked)
            {
                refused.Add($"{Combinations.Name(request)}: {verdict.Decision}");
            }
        }

        Assert.That(refused, Is.Empty);
    }
}
