using System.ComponentModel.DataAnnotations;
using Agentic.Agents.Operations;
using DescriptionAttribute = System.ComponentModel.DescriptionAttribute;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Agentic.Tests.Host;

internal sealed record BakeBread(
    [property: Description("What to call it."), RegularExpression("^[a-z][a-z0-9-]{1,30}$", ErrorMessage = "must be a DNS label such as rye-1.")] string Name,
    [property: Description("How many."), Range(1, 100)] int Count = 1,
    [property: Description("Slices it.")] bool Sliced = false,
    [property: Description("Where it goes."), AllowedValues("dev", "staging", "production")] string Environment = "dev",
    [property: Description("What goes in.")] IReadOnlyList<string>? Grains = null,
    [property: Description("Opens the oven."), Secret] string? OvenCode = null);

internal sealed record Bread(string Name, int Count, bool Sliced, string By, IReadOnlyList<string>? Grains = null);

internal sealed record FindBread([property: Description("Its name.")] string Id, [property: Description("How many at most."), Range(1, 50)] int Limit = 10);

/// <summary>Operations of every kind that exist for tests only.</summary>
internal sealed class Bakery : IOperationSource
{
    public IEnumerable<Operation> Operations =>
    [
        Operation.Define<BakeBread, Bread>("bake_bread", "platform", Effect.Changes, Mode.Immediate, "Bakes a loaf of bread for a test.",
            (bake, call, _) => Task.FromResult<Outcome<Bread>>(bake.Name switch
            {
                "burnt" => Refusal.Conflict("The loaf is already burnt. Bake another."),
                "closed" => Refusal.Unavailable("The oven is closed.", TimeSpan.FromSeconds(7)),
                "broken" => throw new InvalidOperationException("secret internals: password=hunter2hunter2"),
                _ => new Bread(bake.Name, bake.Count, bake.Sliced, call.Caller.Name, bake.Grains),
            })) with { Route = Route.Post("/bread") with { Success = 201 }, Locate = bread => $"/bread/{bread["name"]}", Example = new BakeBread("rye") },
        Operation.Define<FindBread, Bread>("find_bread", "platform", Effect.Reads, Mode.Immediate, "Finds a loaf of bread for a test.",
            (find, call, _) => Task.FromResult<Outcome<Bread>>(find.Id == "none"
                ? Refusal.NotFound("There is no loaf 'none'.")
                : new Bread(find.Id, find.Limit, false, call.Caller.Name))) with { Route = Route.Get("/bread/{id}"), Example = new FindBread("rye") },
        Operation.Define<FindBread, Bread>("eat_bread", "platform", Effect.Destroys, Mode.Durable, "Eats a loaf of bread for a test.",
            (find, call, _) => Task.FromResult<Outcome<Bread>>(new Bread(find.Id, 0, false, call.Caller.Name))) with { Route = Route.Delete("/bread/{id}"), Example = new FindBread("rye") },
    ];
}
