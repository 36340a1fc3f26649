using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Policy.Resources;
using Agentic.Agents.Policy.Terraform;

namespace Agentic.Tests.Policy.Terraform;

/// <summary>Writes resources as <c>terraform show -json</c> would: known values, what is unknown until apply, and references in the configuration.</summary>
internal static class PlanOf
{
    public static string Resources(ResourceGraph graph)
    {
        var planned = new JsonArray();
        var changes = new JsonArray();
        var configuration = new JsonArray();
        var prior = new JsonArray();
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in graph.All.Where(resource => resource.Mode != CloudResourceMode.Provider))
        {
            var mode = resource.Mode == CloudResourceMode.Data ? "data" : "managed";
            JsonObject Head() => new() { ["address"] = resource.Address, ["mode"] = mode, ["type"] = resource.Type, ["name"] = resource.Name };
            var values = Head();
            values["values"] = Known(resource.Values);
            if (resource.Key.Length > 0)
            {
                values["index"] = resource.Key[1] == '"' ? JsonValue.Create(resource.Key[2..^2]) : JsonValue.Create(int.Parse(resource.Key[1..^1], System.Globalization.CultureInfo.InvariantCulture));
            }

            (resource.Mode == CloudResourceMode.Data ? prior : planned).Add(values);
            var change = Head();
            change["change"] = new JsonObject { ["actions"] = new JsonArray("create"), ["after"] = Known(resource.Values), ["after_unknown"] = Unknown(resource.Values) ?? new JsonObject() };
            if (resource.Mode == CloudResourceMode.Managed)
            {
                changes.Add(change);
            }

            if (written.Add(resource.ConfigurationAddress))
            {
                var declared = Head();
                declared["address"] = resource.ConfigurationAddress;
                declared["provider_config_key"] = resource.Provider;
                declared["expressions"] = new JsonObject(resource.Values.Members.Select(member => KeyValuePair.Create(member.Key, Expression(member.Value))));
                configuration.Add(declared);
            }
        }

        var providers = new JsonObject(graph.All.Where(resource => resource.Mode == CloudResourceMode.Provider).Select(provider => KeyValuePair.Create(provider.Provider, (JsonNode?)new JsonObject
        {
            ["name"] = provider.Type,
            ["alias"] = provider.Name == "default" ? null : provider.Name,
            ["expressions"] = new JsonObject(provider.Values.Members.Select(member => KeyValuePair.Create(member.Key, Expression(member.Value)))),
        })));
        return new JsonObject
        {
            ["format_version"] = "1.2",
            ["terraform_version"] = "1.11.4",
            ["planned_values"] = new JsonObject { ["root_module"] = new JsonObject { ["resources"] = planned } },
            ["resource_changes"] = changes,
            ["prior_state"] = new JsonObject { ["values"] = new JsonObject { ["root_module"] = new JsonObject { ["resources"] = prior } } },
            ["configuration"] = new JsonObject { ["provider_config"] = providers, ["root_module"] = new JsonObject { ["resources"] = configuration } },
        }.ToJsonString();
    }

    private static JsonNode? Known(CloudValue value) => value.Kind switch
    {
        CloudValueKind.Bool => JsonValue.Create(value.Number != 0),
        CloudValueKind.Number => JsonValue.Create(value.Number),
        CloudValueKind.Text => JsonValue.Create(value.Text),
        CloudValueKind.List => new JsonArray([.. value.Items.Select(Known)]),
        CloudValueKind.Map => new JsonObject(value.Members.Where(member => !member.Value.IsUnknown).Select(member => KeyValuePair.Create(member.Key, Known(member.Value)))),
        _ => null,
    };

    private static JsonNode? Unknown(CloudValue value) => value.Kind switch
    {
        CloudValueKind.Unknown => JsonValue.Create(true),
        CloudValueKind.List => new JsonArray([.. value.Items.Select(item => Unknown(item) ?? JsonValue.Create(false))]),
        CloudValueKind.Map => new JsonObject(value.Members.Select(member => KeyValuePair.Create(member.Key, Unknown(member.Value))).Where(member => member.Value is not null)),
        _ => null,
    };

    private static JsonNode? Expression(CloudValue value)
    {
        if (value.Kind == CloudValueKind.List && value.Items.Count > 0 && value.Items.All(item => item.Kind == CloudValueKind.Map))
        {
            return new JsonArray([.. value.Items.Select(item => (JsonNode?)new JsonObject(item.Members.Select(member => KeyValuePair.Create(member.Key, Expression(member.Value)))))]);
        }

        var origins = value.Origins.Concat(value.Items.SelectMany(item => item.Origins)).Select(PlanReferences.WithoutKeys).Distinct(StringComparer.Ordinal).ToList();
        return origins.Count > 0
            ? new JsonObject { ["references"] = new JsonArray([.. origins.Select(origin => JsonValue.Create(origin))]) }
            : value.IsWhollyKnown ? new JsonObject { ["constant_value"] = Known(value) } : [];
    }
}
