namespace Agentic.Agents.CodeGen;

/// <summary>What a generated file is for, so that a part of a service can be made on its own.</summary>
internal enum ServicePart
{
    Service,
    Infrastructure,
    Pipeline,
    Manifests,
    Docs,
}

internal static class ServicePartWords
{
    /// <summary>As templates and answers write it.</summary>
    public static string Word(this ServicePart part) => part.ToString().ToLowerInvariant();
}
