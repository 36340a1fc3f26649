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
