using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Tests.Operations;

public sealed class SchemaAcceptanceTests
{
    private static readonly string[] Words = ["a", "b", "name", "x-1", "", "ABC", "käse"];

    /// <summary>The quick answer may be "not sure", never a yes where the full validator says no.</summary>
    [Test]
    public void Never_accepts_what_the_full_validator_refuses([Range(1, 150)] int seed)
    {
        var chance = new Random(seed);
        var schema = Schema(chance, 0);
        var acceptance = SchemaAcceptance.For((JsonObject)schema.DeepClone());
        var validation = new SchemaValidation((JsonObject)schema.DeepClone());
        for (var i = 0; i < 40; i++)
        {
            var value = Value(chance, schema, 0);
            var text = value?.ToJsonString() ?? "null";
            if (acceptance!.Accepts(JsonDocument.Parse(text).RootElement))
                Assert.That(validation.Check(text), Is.Empty, $"{schema.ToJsonString()} {text}");
        }
    }

    [Test]
    public void Accepts_what_fits()
    {
        var schema = (JsonObject)JsonNode.Parse("""{"type":"object","required":["n"],"additionalProperties":false,"properties":{"n":{"type":["string","null"],"enum":["a","b",null]},"i":{"type":"integer","minimum":1},"l":{"type":"array","items":{"type":"string","pattern":"^x"},"maxItems":2}}}""")!;
        var acceptance = SchemaAcceptance.For(schema)!;

        Assert.That(acceptance.Accepts(JsonDocument.Parse("""{"n":"a","i":3,"l":["x1"]}""").RootElement), Is.True);
        Assert.That(acceptance.Accepts(JsonDocument.Parse("""{"n":"c"}""").RootElement), Is.False);
        Assert.That(acceptance.Accepts(JsonDocument.Parse("""{"i":3}""").RootElement), Is.False);
    }

    private static JsonObject Schema(Random chance, int depth)
    {
        switch (chance.Next(depth > 2 ? 3 : 5))
        {
            case 0: return new JsonObject { ["type"] = "string", ["minLength"] = chance.Next(3), ["maxLength"] = chance.Next(2, 6) };
            case 1: return new JsonObject { ["type"] = new JsonArray("integer", "null"), ["minimum"] = chance.Next(3) };
            case 2: return new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("a", "b", "name") };
            case 3: return new JsonObject { ["type"] = "array", ["items"] = Schema(chance, depth + 1), ["minItems"] = chance.Next(2) };
            default:
                var properties = new JsonObject();
                foreach (var word in Words.Where(word => word.Length > 0 && chance.Next(2) == 0))
                    properties[word] = Schema(chance, depth + 1);
                return new JsonObject
                {
                    ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = chance.Next(2) == 0,
                    ["required"] = new JsonArray([.. properties.Where(_ => chance.Next(2) == 0).Select(member => JsonValue.Create(member.Key))]),
                };
        }
    }

    private static JsonNode? Value(Random chance, JsonObject schema, int depth)
    {
        if (chance.Next(6) == 0 || depth > 4)
            return chance.Next(6) switch { 0 => null, 1 => JsonValue.Create(chance.Next(5)), 2 => JsonValue.Create(1.5), 3 => JsonValue.Create(true), 4 => new JsonArray(), _ => JsonValue.Create(Words[chance.Next(Words.Length)]) };
        switch (schema["type"])
        {
            case JsonArray: return JsonValue.Create(chance.Next(5));
            case var type when type!.GetValue<string>() == "string": return JsonValue.Create(Words[chance.Next(Words.Length)]);
            case var type when type!.GetValue<string>() == "array":
                return new JsonArray([.. Enumerable.Range(0, chance.Next(3)).Select(_ => Value(chance, (JsonObject)schema["items"]!, depth + 1))]);
            default:
                var made = new JsonObject();
                foreach (var (name, inner) in (JsonObject)schema["properties"]!)
                    if (chance.Next(3) > 0)
                        made[name] = Value(chance, (JsonObject)inner!, depth + 1);
                if (chance.Next(4) == 0)
                    made["extra"] = 1;
                return made;
        }
    }
}
