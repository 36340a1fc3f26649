using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Deployment;

/// <summary>Takes the events that others are told, in their order, each at least once.</summary>
internal interface IEventSink
{
    /// <param name="id">The same for an event however often it is sent, so that the receiver can tell.</param>
    /// <param name="outgoing">An <see cref="OutgoingEvent"/> as JSON.</param>
    Task<Delivery> Send(string id, string outgoing, CancellationToken cancellation);
}

internal enum DeliveryResult
{
    Taken,

    /// <summary>The receiver is away, busy, or set up wrongly: later it may take it.</summary>
    Later,

    /// <summary>The receiver will never take this one.</summary>
    Refused,
}

internal readonly record struct Delivery(DeliveryResult Result, string Detail)
{
    public static Delivery Taken { get; } = new(DeliveryResult.Taken, "");
}

/// <summary>Section <c>Events</c>: where the deployment events go besides <c>GET /deployments/{id}/events</c>.</summary>
internal sealed class EventOptions
{
    /// <summary>Address that takes each event as one POST; empty: none is sent.</summary>
    [RegularExpression("^(https?://.+)?$", ErrorMessage = "Events:Url must be an http or https address.")]
    public string Url { get; set; } = "";

    /// <summary>Key of the signature in <c>X-Agentic-Signature-256</c>, HMAC-SHA256 over the body; empty: none is made.</summary>
    public string Secret { get; set; } = "";

    /// <summary>How long one POST may take.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The first wait after a POST that failed; doubles up to a minute.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}
