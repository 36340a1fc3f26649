using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Agentic.Agents.CodeGen;

/// <summary>One property of a template's JSON schema: what a value of it must be. The keywords are those that fit a single answer.</summary>
internal sealed record TemplateParameter
{
    public static readonly IReadOnlyList<string> Keywords =
        ["type", "description", "title", "default", "enum", "const", "examples", "pattern", "x-pattern-meaning", "minLength", "maxLength", "minimum", "maximum"];

    public static readonly IReadOnlyList<string> Types = ["string", "boolean", "integer", "number"];

    private const int LongestValue = 2_000;

    public required string Name { get; init; }

    public required int Line { get; init; }

    public string Type { get; init; } = "string";

    public string? Description { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>As a template reads it.</summary>
    public string? Default { get; init; }

    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Compiled without backtracking, so that no value can make it slow.</summary>
    public Regex? Pattern { get; init; }

    public string? PatternMeaning { get; init; }

    public decimal? MinLength { get; init; }

    public decimal? MaxLength { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    /// <summary>The value as text, as templates read it; null where it is of no kind that can be an answer.</summary>
    public static string? Text(JsonNode? value) => value is JsonValue && value.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => value.GetValue<string>(),
        System.Text.Json.JsonValueKind.True => "true",
        System.Text.Json.JsonValueKind.False => "false",
        System.Text.Json.JsonValueKind.Number => value.ToJsonString(),
        _ => null,
    } is { } text ? text : null;

    /// <summary>Null when the value fits, else what is wrong with it.</summary>
    public string? Problem(string value)
    {
        if (value.Length > LongestValue)
            return $"must have at most {LongestValue} characters.";
        if (value.Any(c => char.IsControl(c) && c != '\n'))
            return "must have no control characters.";
        if (Allowed.Count > 0 && !Allowed.Contains(value))
            return $"must be one of: {string.Join(", ", Allowed)}.";
        if (Type == "boolean" && value is not ("true" or "false"))
            return "must be true or false.";
        if (Type == "integer" && !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            return "must be a whole number.";
        if (Type is "integer" or "number")
            return Number(value);
        if (MinLength is { } least && value.Length < least)
            return $"must have at least {least} characters.";
        if (MaxLength is { } most && value.Length > most)
            return $"must have at most {most} characters.";
        return Pattern?.IsMatch(value) == false ? PatternMeaning ?? $"must match {Pattern}." : null;
    }

    private string? Number(string value)
    {
        if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return "must be a number.";
        if (number < Minimum)
            return $"must be at least {Minimum}.";
        return number > Maximum ? $"must be at most {Maximum}." : null;
    }
}
