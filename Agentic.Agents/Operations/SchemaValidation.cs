using System.Text.Json.Nodes;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Agentic.Agents.Operations;

/// <summary>Checks JSON text against a JSON schema and says every error as a sentence with its fix.</summary>
internal sealed class SchemaValidation(JsonObject schema)
{
    private readonly Lazy<JsonSchema> _schema = new(() => JsonSchema.FromJsonAsync(schema.ToJsonString()).GetAwaiter().GetResult());

    public IReadOnlyList<MemberError> Check(string json)
    {
        var errors = new List<MemberError>();
        foreach (var error in _schema.Value.Validate(json))
            Collect(error, errors);
        return errors;
    }

    private static void Collect(ValidationError error, List<MemberError> errors)
    {
        if (error is MultiTypeValidationError or ChildSchemaValidationError && error is ChildSchemaValidationError { Errors.Count: > 0 } children)
        {
            foreach (var child in children.Errors.SelectMany(pair => pair.Value))
                Collect(child, errors);
            return;
        }

        var member = Member(error);
        if (errors.All(known => known.Member != member))
            errors.Add(new MemberError(member, Sentence(error, member)));
    }

    private static string Member(ValidationError error)
    {
        var path = (error.Path ?? "").TrimStart('#').TrimStart('/').Replace("/", ".", StringComparison.Ordinal);
        return path.Length > 0 ? path : error.Property ?? "";
    }

    private static string Sentence(ValidationError error, string member)
    {
        var name = member.Length == 0 ? "The input" : $"'{member}'";
        var wanted = error.Schema;
        return error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => $"{name} is missing; add it{Meaning(wanted, error.Property)}.",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => $"{name} is not a member here{DidYouMean(wanted, error.Property)}; remove it or use one of: {Members(wanted)}.",
            ValidationErrorKind.NotInEnumeration => $"{name} must be one of: {string.Join(", ", wanted.Enumeration.Where(value => value is not null))}.",
            ValidationErrorKind.PatternMismatch => wanted.ExtensionData?.TryGetValue("x-pattern-meaning", out var meaning) == true && meaning is string words
                ? $"{name} {words}"
                : $"{name} must match {wanted.Pattern}.",
            ValidationErrorKind.StringTooShort => $"{name} must have at least {wanted.MinLength} characters.",
            ValidationErrorKind.StringTooLong => $"{name} must have at most {wanted.MaxLength} characters.",
            ValidationErrorKind.NumberTooSmall => $"{name} must be at least {wanted.Minimum}.",
            ValidationErrorKind.NumberTooBig => $"{name} must be at most {wanted.Maximum}.",
            ValidationErrorKind.TooFewItems => $"{name} needs at least {wanted.MinItems} items.",
            ValidationErrorKind.TooManyItems => $"{name} may have at most {wanted.MaxItems} items.",
            ValidationErrorKind.StringExpected => $"{name} must be a string.",
            ValidationErrorKind.IntegerExpected => $"{name} must be a whole number.",
            ValidationErrorKind.NumberExpected => $"{name} must be a number.",
            ValidationErrorKind.BooleanExpected => $"{name} must be true or false.",
            ValidationErrorKind.ArrayExpected => $"{name} must be a list.",
            ValidationErrorKind.ObjectExpected => $"{name} must be an object.",
            ValidationErrorKind.NullExpected or ValidationErrorKind.NoTypeValidates => $"{name} must be {Types(wanted)}.",
            _ => $"{name} does not fit the schema ({error.Kind}).",
        };
    }

    private static string Meaning(JsonSchema schema, string? property) =>
        property is not null && schema.Properties.TryGetValue(property, out var member) && member.Description is { Length: > 0 } text
            ? $" ({text.TrimEnd('.')})"
            : "";

    private static string DidYouMean(JsonSchema schema, string? property) =>
        property is not null && Nearness.Closest(property, schema.Properties.Keys) is { } near ? $" (did you mean '{near}'?)" : "";

    private static string Members(JsonSchema schema) => schema.Properties.Count == 0 ? "none" : string.Join(", ", schema.Properties.Keys);

    private static string Types(JsonSchema schema)
    {
        var names = Enum.GetValues<JsonObjectType>()
            .Where(type => type is not (JsonObjectType.None or JsonObjectType.Null or JsonObjectType.File) && schema.Type.HasFlag(type))
            .Select(type => type switch
            {
                JsonObjectType.Array => "a list",
                JsonObjectType.Object => "an object",
                JsonObjectType.Boolean => "true or false",
                JsonObjectType.Integer => "a whole number",
                JsonObjectType.Number => "a number",
                _ => "a string",
            })
            .ToList();
        return names.Count == 0 ? "of another type" : string.Join(" or ", names);
    }
}
