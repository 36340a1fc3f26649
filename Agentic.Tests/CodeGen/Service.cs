using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

/// <summary>Requests for tests, each with only what the test is about.</summary>
internal static class Service
{
    public static GenerateService In(string language, string database = "none", string name = "user-service", string apiType = "rest", string messaging = "none") =>
        new(name, language, apiType, database, messaging);

    public static GeneratedFiles Generated(GenerateService request)
    {
        var outcome = ServiceGeneration.Generate(request, TemplateLibrary.BuiltIn);
        Assert.That(outcome.Refusal?.Reason, Is.Null);
        return outcome.Value!;
    }
}
