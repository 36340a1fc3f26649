using System.Text;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Instances, launch templates, volumes and functions.</summary>
internal static class ComputeRules
{
    private static readonly string[] Launched = ["aws_instance", "aws_launch_template", "aws_launch_configuration"];

    public static IEnumerable<ResourceRule> All =>
    [
        AttributeRules.True("aws-ebs-encryption", "aws_ebs_volume", "encrypted", "is not encrypted (encrypted is not true)."),
        new("aws-launch-ebs-encryption", ["aws_launch_configuration", "aws_instance"], BlockDevices),
        new("aws-ec2-imdsv2", Launched, Metadata),
        new("aws-ec2-public-ip", Launched, PublicAddress),
        new("aws-ec2-userdata-secrets", Launched, UserData),
        new("aws-lambda-env-secrets", ["aws_lambda_function"], Environment),
        AttributeRules.OneOf("aws-lambda-tracing", ["aws_lambda_function"], "tracing_config.mode", "is not traced (tracing_config.mode is not Active).", "Active", "PassThrough"),
        new("aws-provider-credentials", ["aws"], ProviderKeys) { Mode = CloudResourceMode.Provider },
    ];

    private static IEnumerable<Breach> BlockDevices(CloudResource resource, RuleContext context)
    {
        var root = resource.At("root_block_device");
        if (root.IsEmpty)
        {
            yield return new Breach("leaves its root volume unencrypted (no root_block_device).", "root_block_device", new Remedy("root_block_device.encrypted", "true"));
            yield break;
        }

        foreach (var path in (string[])["root_block_device", "ebs_block_device"])
        {
            foreach (var device in resource.At(path).Each())
            {
                var encrypted = device.Member("encrypted");
                if (!encrypted.IsUnknown && encrypted.AsBool() != true && device.Member("snapshot_id").IsEmpty)
                {
                    yield return new Breach($"has an unencrypted {path}.", path, path == "root_block_device" ? new Remedy("root_block_device.encrypted", "true") : null);
                    yield break;
                }
            }
        }
    }

    private static IEnumerable<Breach> Metadata(CloudResource resource, RuleContext context)
    {
        var endpoint = resource.At("metadata_options.http_endpoint");
        var tokens = resource.At("metadata_options.http_tokens");
        if (endpoint.IsUnknown || tokens.IsUnknown || endpoint.AsText() == "disabled" || tokens.AsText() == "required")
        {
            yield break;
        }

        yield return new Breach("still answers the instance metadata service v1 (http_tokens is not required).", "metadata_options", new Remedy("metadata_options.http_tokens", "\"required\""));
    }

    private static IEnumerable<Breach> PublicAddress(CloudResource resource, RuleContext context)
    {
        if (resource.At("associate_public_ip_address").AsBool() == true)
        {
            yield return new Breach("has a public address.", "associate_public_ip_address", new Remedy("associate_public_ip_address", "false"));
        }
        else if (resource.At("network_interfaces").Each().Any(network => network.Member("associate_public_ip_address").AsBool() == true))
        {
            yield return new Breach("gives its network interface a public address.", "network_interfaces.associate_public_ip_address", new Remedy("network_interfaces.associate_public_ip_address", "false"));
        }
    }

    private static IEnumerable<Breach> UserData(CloudResource resource, RuleContext context)
    {
        foreach (var path in (string[])["user_data", "user_data_base64"])
        {
            if (resource.At(path).KnownText is { } text && (HardCodedCredentials.AreInScript(text) || HardCodedCredentials.AreInScript(Decoded(text))))
            {
                yield return new Breach("has credentials in its user data.", path);
                yield break;
            }
        }
    }

    private static string Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return text.Length <= 200_000 && Convert.TryFromBase64String(text.Trim(), bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
    }

    private static IEnumerable<Breach> Environment(CloudResource function, RuleContext context)
    {
        foreach (var (name, value) in function.At("environment.variables").Members)
        {
            if (value.KnownText is { } text && AwsKeys.AreIn(text))
            {
                yield return new Breach($"has AWS credentials in the environment variable {name}.", "environment.variables");
                yield break;
            }
        }
    }

    private static IEnumerable<Breach> ProviderKeys(CloudResource provider, RuleContext context)
    {
        foreach (var path in (string[])["access_key", "secret_key"])
        {
            if (provider.At(path).AsText() is { } text && HardCodedCredentials.IsKey(text))
            {
                yield return new Breach($"has a literal {path}.", path);
                yield break;
            }
        }
    }
}
