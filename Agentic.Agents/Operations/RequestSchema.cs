using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Agentic.Agents.Operations;

/// <summary>The JSON schema of a request record, and strict reading against it: every error at once, each naming its member and the fix.</summary>
/// <remarks>
/// The record's own attributes are the schema: <c>[Description]</c> (required on every member), <c>[RegularExpression]</c>,
/// <c>[StringLength]</c>, <c>[Range]</c>, <c>[AllowedValues]</c>, <c>[Length]</c>, <c>[Secret]</c>. A parameter with a default is optional.
/// </remarks>
internal sealed class RequestSchema
{
    private static readonly Dictionary<string, string> NoAliases = [];

    private readonly SchemaValidation _validation;
    private readonly SchemaAcceptance? _acceptance;
    private readonly IReadOnlyDictionary<string, string> _aliases;

    private RequestSchema(JsonObject schema, IReadOnlyList<string> undescribed, IReadOnlyList<string> secrets, IReadOnlyDictionary<string, string> aliases)
    {
        Json = schema;
        Undescribed = undescribed;
        Secrets = secrets;
        _aliases = aliases;
        _validation = new SchemaValidation(schema);
        _acceptance = SchemaAcceptance.For(schema);
    }

    /// <summary>JSON Schema 2020-12 of the input; shared, so clone before adding it to another document.</summary>
    public JsonObject Json { get; }

    /// <summary>Members without a description; the catalogue refuses to start with any.</summary>
    public IReadOnlyList<string> Undescribed { get; }

    /// <summary>Members whose value never reaches a log, the audit or the journal.</summary>
    public IReadOnlyList<string> Secrets { get; }

    public bool HasMember(string name) => Json["properties"] is JsonObject members && members.ContainsKey(name);

    public static RequestSchema For<T>()
    {
        var (undescribed, secrets) = (new List<string>(), new List<string>());
        var aliases = typeof(T).GetCustomAttributes<MemberAliasAttribute>().ToDictionary(alias => alias.Alias, alias => alias.Member, StringComparer.Ordinal);
        var node = AgenticJson.Options.GetJsonSchemaAsNode(typeof(T), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => Describe(context, schema, undescribed, secrets),
        });
        return new RequestSchema(node as JsonObject ?? new JsonObject { ["type"] = "object" }, undescribed, secrets, aliases.Count == 0 ? NoAliases : aliases);
    }

    /// <summary>The JSON schema of a result record, for OpenAPI and MCP.</summary>
    public static JsonObject Of(Type type) =>
        AgenticJson.Options.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => Describe(context, schema, [], []),
        }) as JsonObject ?? [];

    /// <summary>Accepts snake_case member names and documented aliases, then checks the input against the schema.</summary>
    public Outcome<JsonElement> Read(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Object)
            return Refusal.Malformed("The input must be a JSON object.", [new MemberError("", "Send an object such as {}.")]);
        if (_acceptance?.Accepts(input) == true)
            return input;

        var tolerant = MemberNames.Tolerate(input, Json, _aliases);
        if (tolerant.IsRefused)
            return tolerant.Refusal;
        var errors = _validation.Check(tolerant.Value.GetRawText());
        return errors.Count == 0
            ? tolerant.Value
            : Refusal.Malformed(errors.Count == 1 ? $"The input has an error: {errors[0].Message}" : $"The input has {errors.Count} errors.", errors);
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema, List<string> undescribed, List<string> secrets)
    {
        if (context.PropertyInfo is not { } property)
            return schema;
        var members = schema as JsonObject ?? (schema.GetValueKind() == JsonValueKind.True ? [] : schema.AsObject());
        var attributes = Attributes(property);
        if (attributes.OfType<DescriptionAttribute>().FirstOrDefault() is { } description)
            members.Insert(0, "description", description.Description);
        else if (!members.ContainsKey("$ref"))
            undescribed.Add($"{context.TypeInfo.Type.Name} {property.DeclaringType.Name}.{property.Name}");
        foreach (var attribute in attributes)
            Constrain(members, attribute);
        if (attributes.OfType<SecretAttribute>().Any())
        {
            members["writeOnly"] = true;
            secrets.Add(property.Name);
        }

        return members;
    }

    private static List<object> Attributes(JsonPropertyInfo property)
    {
        List<object> all = [.. property.AttributeProvider?.GetCustomAttributes(inherit: true) ?? []];
        if (property.AssociatedParameter?.AttributeProvider is { } parameter)
            all.AddRange(parameter.GetCustomAttributes(inherit: true));
        return all;
    }

    private static void Constrain(JsonObject schema, object attribute)
    {
        switch (attribute)
        {
            case RegularExpressionAttribute pattern:
                schema["pattern"] = pattern.Pattern;
                if (pattern.ErrorMessage is { } why)
                    schema["x-pattern-meaning"] = why;
                break;
            case StringLengthAttribute length:
                schema["maxLength"] = length.MaximumLength;
                if (length.MinimumLength > 0)
                    schema["minLength"] = length.MinimumLength;
                break;
            case LengthAttribute length:
                schema["minItems"] = length.MinimumLength;
                schema["maxItems"] = length.MaximumLength;
                break;
            case RangeAttribute range:
                schema["minimum"] = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
                schema["maximum"] = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
                break;
            case AllowedValuesAttribute allowed:
                schema["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonSerializer.SerializeToNode(value, AgenticJson.Options))]);
                break;
        }
    }
}

/// <summary>Marks a member whose value is a credential.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;

/// <summary>Another name a top-level member is accepted under (<c>params</c> for <c>parameters</c>).</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class MemberAliasAttribute(string alias, string member) : Attribute
{
    public string Alias { get; } = alias;

    public string Member { get; } = member;
}
