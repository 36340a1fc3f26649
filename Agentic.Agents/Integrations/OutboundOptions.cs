using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Agentic.Agents.Integrations;

/// <summary>Section <c>Outbound</c>: which servers a caller may name beside the configured connections.</summary>
internal sealed class OutboundOptions : IValidatableObject
{
    /// <summary>
    /// Servers inside this network that a caller may name: host names, <c>*.example.com</c> for every name below a domain, addresses, and
    /// networks such as <c>10.2.0.0/16</c>.
    /// </summary>
    public string[] AllowedServers { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from entry in AllowedServers
        where entry.Trim().Length == 0 || entry.Contains("://", StringComparison.Ordinal) || (entry.Contains('/', StringComparison.Ordinal) && !IPNetwork.TryParse(entry, out _))
        select new ValidationResult($"Outbound:AllowedServers holds '{entry}'. Give a host name, *.example.com, an address or a network such as 10.2.0.0/16.", [nameof(AllowedServers)]);
}
