using System.Globalization;

namespace Agentic.Agents.Policy.Resources;

internal enum CloudValueKind
{
    /// <summary>Set, but its value cannot be known from what was sent.</summary>
    Unknown,

    /// <summary>Null or not set at all.</summary>
    Null,
    Bool,
    Number,
    Text,
    List,
    Map,
}

/// <summary>
/// A value of a resource, whichever language it was written in. Unknown is a value of its own: a rule that meets it says nothing.
/// </summary>
internal sealed class CloudValue
{
    /// <summary>Stands inside <see cref="PartialText"/> for a piece that is not known.</summary>
    public const char Hole = '\uE000';

    // First: the values below take it when they are made.
    private static readonly Dictionary<string, CloudValue> NoMembers = [];

    public static readonly CloudValue Unknown = new() { Kind = CloudValueKind.Unknown };
    public static readonly CloudValue Null = new() { Kind = CloudValueKind.Null };
    public static readonly CloudValue True = new() { Kind = CloudValueKind.Bool, Number = 1 };
    public static readonly CloudValue False = new() { Kind = CloudValueKind.Bool };
    public static readonly CloudValue EmptyList = new() { Kind = CloudValueKind.List };
    public static readonly CloudValue EmptyMap = new() { Kind = CloudValueKind.Map };

    public required CloudValueKind Kind { get; init; }

    public double Number { get; private init; }

    public string Text { get; private init; } = "";

    public IReadOnlyList<CloudValue> Items { get; private init; } = [];

    public IReadOnlyDictionary<string, CloudValue> Members { get; private init; } = NoMembers;

    /// <summary>More members or items may exist than are listed (a resource's computed attributes, a dynamic block of unknown length).</summary>
    public bool IsOpen { get; private init; }

    /// <summary>Addresses of the resources this value was read from; how connected resources find each other.</summary>
    public IReadOnlyList<string> Origins { get; private init; } = [];

    /// <summary>Of an unknown text: what is known of it, with <see cref="Hole"/> in place of the rest.</summary>
    public string? PartialText { get; private init; }

    public bool IsUnknown
    {
        get
        {
            if (Kind != CloudValueKind.Unknown)
            {
                return false;
            }

            UnknownReads.Saw(this);
            return true;
        }
    }

    public bool IsNull => Kind == CloudValueKind.Null;

    /// <summary>Null, an empty text, list or map: what a provider treats as not set.</summary>
    public bool IsEmpty => Kind switch
    {
        CloudValueKind.Null => true,
        CloudValueKind.Text => Text.Length == 0,
        CloudValueKind.List => Items.Count == 0 && !IsOpen,
        CloudValueKind.Map => Members.Count == 0 && !IsOpen,
        _ => false,
    };

    public static CloudValue Of(bool value) => value ? True : False;

    public static CloudValue Of(double value) => new() { Kind = CloudValueKind.Number, Number = value };

    public static CloudValue Of(string value) => new() { Kind = CloudValueKind.Text, Text = value };

    public static CloudValue Of(IReadOnlyList<CloudValue> items, bool open = false) => new() { Kind = CloudValueKind.List, Items = items, IsOpen = open };

    public static CloudValue Of(IReadOnlyDictionary<string, CloudValue> members, bool open = false) =>
        new() { Kind = CloudValueKind.Map, Members = members, IsOpen = open };

    /// <summary>A text of which only pieces are known.</summary>
    public static CloudValue Partial(string text) => new() { Kind = CloudValueKind.Unknown, PartialText = text };

    public static CloudValue UnknownFrom(IReadOnlyList<string> origins) =>
        origins.Count == 0 ? Unknown : new CloudValue { Kind = CloudValueKind.Unknown, Origins = origins };

    public CloudValue WithOrigins(IReadOnlyList<string> origins)
    {
        if (origins.Count == 0 || ReferenceEquals(origins, Origins))
        {
            return this;
        }

        var joined = Origins.Count == 0 ? origins : [.. Origins.Union(origins, StringComparer.Ordinal)];
        return new CloudValue
        {
            Kind = Kind,
            Number = Number,
            Text = Text,
            Items = Items,
            Members = Members,
            IsOpen = IsOpen,
            PartialText = PartialText,
            Origins = joined,
        };
    }

    /// <summary>The member of a map; of a list of one block, the member of that block. Missing is null, or unknown where more may exist.</summary>
    public CloudValue Member(string name)
    {
        switch (Kind)
        {
            case CloudValueKind.Map:
                return Members.TryGetValue(name, out var value) ? value
                    : IsOpen ? UnknownFrom(Origins)
                    : Null;
            case CloudValueKind.List when Items.Count > 0:
                return Items[0].Member(name);
            case CloudValueKind.List when IsOpen:
            case CloudValueKind.Unknown:
                return UnknownFrom(Origins);
            default:
                return Null;
        }
    }

    /// <summary>Follows dotted names through maps and single blocks.</summary>
    public CloudValue At(string path)
    {
        var value = this;
        foreach (var range in path.AsSpan().Split('.'))
        {
            value = value.Member(path[range]);
        }

        return value;
    }

    /// <summary>The items of a list, the value itself where a list was left out, nothing where it is null or unknown.</summary>
    public IReadOnlyList<CloudValue> Each() => Kind switch
    {
        CloudValueKind.List => Items,
        CloudValueKind.Null => [],
        CloudValueKind.Unknown => Unanswered<IReadOnlyList<CloudValue>>() ?? [],
        _ => [this],
    };

    /// <summary>Nothing, and a note that a rule wanted to know.</summary>
    private T? Unanswered<T>()
    {
        UnknownReads.Saw(this);
        return default;
    }

    /// <summary>True where the items cannot all be known.</summary>
    public bool MayHoldMore
    {
        get
        {
            if (IsOpen)
            {
                UnknownReads.Saw(this);
            }

            return IsUnknown || IsOpen || (Kind == CloudValueKind.List && Items.Any(item => item.IsUnknown));
        }
    }

    /// <summary>The boolean this stands for, as a provider would convert it; null where it is not one or not known.</summary>
    public bool? AsBool() => Kind switch
    {
        CloudValueKind.Bool => Number != 0,
        CloudValueKind.Text when Text is "true" or "True" or "TRUE" or "1" => true,
        CloudValueKind.Text when Text is "false" or "False" or "FALSE" or "0" => false,
        CloudValueKind.Number when Number is 0 or 1 => Number != 0,
        CloudValueKind.Unknown => Unanswered<bool?>(),
        _ => null,
    };

    public double? AsNumber() => Kind switch
    {
        CloudValueKind.Number => Number,
        CloudValueKind.Text when double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        CloudValueKind.Unknown => Unanswered<double?>(),
        _ => null,
    };

    public string? AsText() => Kind switch
    {
        CloudValueKind.Text => Text,
        CloudValueKind.Number => Render(Number),
        CloudValueKind.Bool => Number != 0 ? "true" : "false",
        CloudValueKind.Unknown => Unanswered<string>(),
        _ => null,
    };

    /// <summary>The known text, or the text with holes; null where nothing is known of it.</summary>
    public string? KnownText => AsText() ?? PartialText;

    public bool IsWhollyKnown => Kind switch
    {
        CloudValueKind.Unknown => false,
        CloudValueKind.List => !IsOpen && Items.All(item => item.IsWhollyKnown),
        CloudValueKind.Map => !IsOpen && Members.Values.All(member => member.IsWhollyKnown),
        _ => true,
    };

    public static string Render(double number) =>
        number == Math.Floor(number) && Math.Abs(number) < 1e15
            ? number.ToString("F0", CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Equality of known values; null where something unknown decides it.</summary>
    public static bool? AreEqual(CloudValue left, CloudValue right, int depth = 0)
    {
        if (left.IsUnknown || right.IsUnknown || depth > 50)
        {
            return null;
        }

        if (left.Kind != right.Kind)
        {
            return false;
        }

        switch (left.Kind)
        {
            case CloudValueKind.Bool:
            case CloudValueKind.Number:
                return left.Number == right.Number;
            case CloudValueKind.Text:
                return left.Text == right.Text;
            case CloudValueKind.List:
                return left.IsOpen || right.IsOpen ? null
                    : left.Items.Count != right.Items.Count ? false
                    : All(left.Items.Zip(right.Items, (a, b) => AreEqual(a, b, depth + 1)));
            case CloudValueKind.Map:
                return left.IsOpen || right.IsOpen ? null
                    : left.Members.Count != right.Members.Count || left.Members.Keys.Any(key => !right.Members.ContainsKey(key)) ? false
                    : All(left.Members.Select(member => AreEqual(member.Value, right.Members[member.Key], depth + 1)));
            default:
                return true;
        }
    }

    private static bool? All(IEnumerable<bool?> answers)
    {
        bool? result = true;
        foreach (var answer in answers)
        {
            if (answer == false)
            {
                return false;
            }

            result = answer is null ? null : result;
        }

        return result;
    }

    public override string ToString() => Kind switch
    {
        CloudValueKind.List => $"[{string.Join(", ", Items)}]",
        CloudValueKind.Map => $"{{{string.Join(", ", Members.Select(member => $"{member.Key} = {member.Value}"))}}}",
        CloudValueKind.Null => "null",
        CloudValueKind.Unknown => "(unknown)",
        _ => AsText()!,
    };
}
