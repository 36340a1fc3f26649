using System.Diagnostics.CodeAnalysis;

namespace Agentic.Agents.Operations;

/// <summary>A value or the <see cref="Operations.Refusal"/> that stands in its place.</summary>
internal readonly struct Outcome<T>
{
    private Outcome(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    public T? Value { get; }

    public Refusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Refusal))]
    [MemberNotNullWhen(false, nameof(Value))]
    public bool IsRefused => Refusal is not null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);

    /// <summary>For a value whose type is an interface, which C# converts by no operator.</summary>
    public static Outcome<T> Of(T value) => new(value, null);

    public Outcome<TNext> Then<TNext>(Func<T, Outcome<TNext>> next) => IsRefused ? Refusal : next(Value);

    public Outcome<TNext> Select<TNext>(Func<T, TNext> next) => IsRefused ? Refusal : next(Value);
}
