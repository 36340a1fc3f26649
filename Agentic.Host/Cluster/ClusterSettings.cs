using System.ComponentModel.DataAnnotations;

namespace Agentic.Host.Cluster;

/// <summary>Section <c>Cluster</c>. Empty values make a cluster of one on loopback.</summary>
internal sealed class ClusterSettings
{
    /// <summary>Name this node is reached under by the others. Default 127.0.0.1.</summary>
    public string Hostname { get; set; } = "127.0.0.1";

    /// <summary>Address to bind; empty means <see cref="Hostname"/>.</summary>
    public string BindHostname { get; set; } = "";

    /// <summary>Remoting port; 0 takes a free one, which suits a cluster of one.</summary>
    [Range(0, 65535, ErrorMessage = "Cluster:Port must be 0 to 65535; 0 takes a free port.")]
    public int Port { get; set; }

    /// <summary>Addresses to join, <c>akka.tcp://agentic@host:port</c>; empty joins itself at once.</summary>
    public string[] SeedNodes { get; set; } = [];

    /// <summary>Roles of this node, by agent; empty for all.</summary>
    public string[] Roles { get; set; } = [];
}
