using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Where traffic enters: load balancers and CloudFront.</summary>
internal static class EdgeRules
{
    private static readonly string[] Listeners = ["aws_lb_listener", "aws_alb_listener"];
    private static readonly string[] Balancers = ["aws_lb", "aws_alb"];
    private static readonly string[] Distribution = ["aws_cloudfront_distribution"];

    public static IEnumerable<ResourceRule> All =>
    [
        new("aws-lb-https", Listeners, ListenerHttps),
        new("aws-lb-tls-policy", Listeners, ListenerTls),
        new("aws-lb-drop-headers", Balancers, DropsHeaders),
        new("aws-lb-access-logs", [.. Balancers, "aws_elb"], AccessLogs),
        new("aws-cloudfront-https", Distribution, ViewerHttps),
        new("aws-cloudfront-tls", Distribution, MinimumTls),
        new("aws-cloudfront-logging", Distribution, DistributionLogs),
        AttributeRules.Set("aws-cloudfront-waf", Distribution, "web_acl_id", "has no web application firewall (web_acl_id is not set)."),
    ];

    /// <summary>Null where the balancer's kind is not known; what a listener has no protocol of its own for depends on it.</summary>
    private static string? KindOf(CloudResource balancer)
    {
        var kind = balancer.At("load_balancer_type");
        return kind.IsUnknown ? null : kind.AsText() ?? "application";
    }

    private static IEnumerable<CloudResource> BalancersOf(CloudResource listener, RuleContext context) =>
        Balancers.SelectMany(context.Graph.OfType).Where(balancer => listener.At("load_balancer_arn").Origins.Contains(balancer.Address, StringComparer.Ordinal));

    private static bool RedirectsToHttps(CloudResource listener) =>
        listener.At("default_action").Each().Any(action =>
            action.Member("type").AsText() is "redirect" or null
            && (action.At("redirect.protocol").IsUnknown || action.At("redirect.protocol").AsText() == "HTTPS"));

    private static IEnumerable<Breach> ListenerHttps(CloudResource listener, RuleContext context)
    {
        var protocol = listener.At("protocol");
        if (protocol.IsUnknown || protocol.AsText()?.ToUpperInvariant() is "HTTPS" or "TLS" or "TCP" or "UDP" or "TCP_UDP" or "GENEVE" or "QUIC" or "TCP_QUIC" || RedirectsToHttps(listener))
        {
            yield break;
        }

        if (protocol.IsNull && (BalancersOf(listener, context).Any(balancer => KindOf(balancer) is null or "gateway") || listener.At("port").AsNumber() == 443))
        {
            yield break;
        }

        yield return new Breach("serves plain HTTP without a redirect to HTTPS.", "protocol");
    }

    private static IEnumerable<Breach> ListenerTls(CloudResource listener, RuleContext context)
    {
        var protocol = listener.At("protocol");
        var policy = listener.At("ssl_policy");
        if (protocol.IsUnknown
            || protocol.AsText()?.ToUpperInvariant() is "TCP" or "UDP" or "TCP_UDP" or "GENEVE"
            || (protocol.IsNull && BalancersOf(listener, context).Any(balancer => KindOf(balancer) is null or "gateway")))
        {
            yield break;
        }

        if (protocol.AsText()?.ToUpperInvariant() is "HTTPS" or "TLS")
        {
            if (!policy.IsUnknown && !IsModern(policy.AsText()))
            {
                yield return new Breach("accepts TLS below 1.2 (ssl_policy).", "ssl_policy", new Remedy("ssl_policy", "\"ELBSecurityPolicy-TLS13-1-2-2021-06\""));
            }

            yield break;
        }

        if (!RedirectsToHttps(listener))
        {
            yield return new Breach("does not use TLS.", "protocol");
        }
    }

    /// <summary>The named policies that end at TLS 1.2; the TLS13-1-0 and TLS13-1-1 ones still let older versions in.</summary>
    private static bool IsModern(string? policy) =>
        policy is not null
        && (policy.StartsWith("ELBSecurityPolicy-FS-1-2", StringComparison.Ordinal)
            || policy.StartsWith("ELBSecurityPolicy-TLS-1-2", StringComparison.Ordinal)
            || (policy.StartsWith("ELBSecurityPolicy-TLS13", StringComparison.Ordinal) && !policy.Contains("-1-0-", StringComparison.Ordinal) && !policy.Contains("-1-1-", StringComparison.Ordinal)));

    private static IEnumerable<Breach> DropsHeaders(CloudResource balancer, RuleContext context)
    {
        if (KindOf(balancer) == "application" && AttributeRules.IsNotTrue(balancer, "drop_invalid_header_fields"))
        {
            yield return new Breach("passes invalid headers on (drop_invalid_header_fields is not true).", "drop_invalid_header_fields", new Remedy("drop_invalid_header_fields", "true"));
        }
    }

    private static IEnumerable<Breach> AccessLogs(CloudResource balancer, RuleContext context)
    {
        var logs = balancer.At("access_logs");
        var isSilent = balancer.Type == "aws_elb"
            ? logs.IsEmpty || balancer.At("access_logs.enabled").AsBool() == false
            : KindOf(balancer) is "application" or "network" && AttributeRules.IsNotTrue(balancer, "access_logs.enabled");
        if (isSilent)
        {
            yield return new Breach("writes no access logs (access_logs.enabled is not true).", "access_logs");
        }
    }

    private static IEnumerable<Breach> ViewerHttps(CloudResource distribution, RuleContext context)
    {
        foreach (var path in (string[])["default_cache_behavior", "ordered_cache_behavior"])
        {
            if (distribution.At(path).Each().Any(behavior => behavior.Member("viewer_protocol_policy").AsText() == "allow-all"))
            {
                yield return new Breach($"serves plain HTTP ({path}: viewer_protocol_policy is allow-all).", $"{path}.viewer_protocol_policy",
                    path == "default_cache_behavior" ? new Remedy($"{path}.viewer_protocol_policy", "\"redirect-to-https\"") : null);
                yield break;
            }
        }
    }

    /// <summary>Logs go to a bucket, or as vended logs through a delivery from a source that names the distribution.</summary>
    private static IEnumerable<Breach> DistributionLogs(CloudResource distribution, RuleContext context)
    {
        if (!distribution.At("logging_config.bucket").IsEmpty)
        {
            yield break;
        }

        var sources = context.Graph.PointingAt(distribution, "aws_cloudwatch_log_delivery_source", "resource_arn", "arn");
        if (!sources.MayExist && sources.Found.All(source => context.Graph.PointingAt(source, "aws_cloudwatch_log_delivery", "delivery_source_name", "name").AreNone))
        {
            yield return new Breach("writes no access logs (logging_config).", "logging_config");
        }
    }

    private static IEnumerable<Breach> MinimumTls(CloudResource distribution, RuleContext context)
    {
        var certificate = distribution.At("viewer_certificate");
        var byDefault = certificate.Member("cloudfront_default_certificate");
        var version = certificate.Member("minimum_protocol_version");
        if (certificate.IsUnknown || byDefault.IsUnknown)
        {
            yield break;
        }

        if (byDefault.AsBool() == true)
        {
            yield return new Breach("uses the default certificate, which accepts TLS 1.0.", "viewer_certificate");
        }
        else if (!version.IsUnknown && !(version.AsText() is { } text && (text.StartsWith("TLSv1.2", StringComparison.Ordinal) || text.StartsWith("TLSv1.3", StringComparison.Ordinal))))
        {
            yield return new Breach("accepts TLS below 1.2 (minimum_protocol_version).", "viewer_certificate.minimum_protocol_version", new Remedy("viewer_certificate.minimum_protocol_version", "\"TLSv1.2_2021\""));
        }
    }
}
