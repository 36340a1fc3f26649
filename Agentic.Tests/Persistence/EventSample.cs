using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Agentic.Tests.Persistence;

/// <summary>Makes a value of any event type with every member set, as a first draft of its case file.</summary>
internal static class EventSample
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static object Of(Type type, string name = "value")
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Known(type, name) is { } known)
            return known;
        if (Items(type) is { } item)
            return ListOf(type, item, name);
        var create = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First();
        var made = create.Invoke([.. create.GetParameters().Select(parameter => Of(parameter.ParameterType, parameter.Name!))]);
        foreach (var member in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            if (member.SetMethod is not null && create.GetParameters().All(parameter => parameter.Name != member.Name))
                member.SetValue(made, Of(member.PropertyType, char.ToLowerInvariant(member.Name[0]) + member.Name[1..]));
        return made;
    }

    private static object? Known(Type type, string name) => type switch
    {
        _ when type == typeof(string) => $"a {name}",
        _ when type == typeof(bool) => true,
        _ when type == typeof(DateTimeOffset) => Noon,
        _ when type == typeof(DateOnly) => DateOnly.FromDateTime(Noon.Date),
        _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(90),
        _ when type == typeof(Uri) => new Uri("https://example.com/a"),
        _ when type == typeof(JsonObject) || type == typeof(JsonNode) => new JsonObject { [name] = 1.50m },
        _ when type.IsEnum => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1),
        _ when type.IsPrimitive || type == typeof(decimal) => Convert.ChangeType(3, type, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static Type? Items(Type type) => type.IsArray
        ? type.GetElementType()
        : type.GetInterfaces().Append(type).FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    private static object ListOf(Type type, Type item, string name)
    {
        if (item.IsGenericType && item.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
        {
            var entries = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(item.GetGenericArguments()))!;
            entries.Add(Of(item.GetGenericArguments()[0], name), Of(item.GetGenericArguments()[1], name));
            return entries;
        }

        var list = Array.CreateInstance(item, 1);
        list.SetValue(Of(item, name), 0);
        if (type.IsAssignableFrom(list.GetType()))
            return list;
        var copied = typeof(List<>).MakeGenericType(item);
        return type.IsAssignableFrom(copied)
            ? Activator.CreateInstance(copied, list)!
            : throw new NotSupportedException($"Write the case of a member of type {type} by hand.");
    }
}
