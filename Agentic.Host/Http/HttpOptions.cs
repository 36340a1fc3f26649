using System.ComponentModel.DataAnnotations;

namespace Agentic.Host.Http;

/// <summary>Section <c>Http</c>: limits of the doors.</summary>
internal sealed class HttpOptions
{
    /// <summary>Largest request body in bytes; larger ones are answered 413. Default 8 MiB.</summary>
    [Range(1024, 1L << 30, ErrorMessage = "Http:MaxBodyBytes must be between 1024 and 1073741824.")]
    public long MaxBodyBytes { get; set; } = 8 << 20;

    /// <summary>Seconds that running requests get to end after SIGTERM. Default 20.</summary>
    [Range(1, 600, ErrorMessage = "Http:ShutdownSeconds must be between 1 and 600.")]
    public int ShutdownSeconds { get; set; } = 20;
}
