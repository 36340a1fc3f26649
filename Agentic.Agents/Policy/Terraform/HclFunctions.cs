using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>The Terraform functions whose result matters to a rule. Any other function, and any argument that is not known, gives unknown.</summary>
internal static class HclFunctions
{
    public static CloudValue Call(HclCall call, HclScope scope)
    {
        switch (call.Function)
        {
            case "try":
                return Try(call, scope);
            case "can":
                return Can(call, scope);
        }

        var arguments = new List<CloudValue>(call.Arguments.Count);
        foreach (var argument in call.Arguments)
        {
            arguments.Add(HclEvaluation.Evaluate(argument, scope));
        }

        if (call.Expands && arguments.Count > 0)
        {
            var last = arguments[^1];
            arguments.RemoveAt(arguments.Count - 1);
            if (last.MayHoldMore)
            {
                return CloudValue.UnknownFrom(last.Origins);
            }

            arguments.AddRange(last.Each());
        }

        IReadOnlyList<string> origins = [];
        foreach (var argument in arguments)
        {
            origins = HclEvaluation.Union(origins, argument.Origins);
        }

        var result = Tolerant(call.Function, arguments, scope) ?? (arguments.Exists(argument => !argument.IsWhollyKnown)
            ? CloudValue.Unknown
            : Strict(call.Function, arguments, scope) ?? CloudValue.Unknown);
        // What is picked out of a collection was read from where that piece came from, not from everything beside it.
        return !result.IsUnknown && Picking.Contains(call.Function) ? result : result.WithOrigins(origins);
    }

    private static readonly HashSet<string> Picking = new(StringComparer.Ordinal) { "lookup", "element", "one", "coalesce", "merge" };

    private static CloudValue Try(HclCall call, HclScope scope)
    {
        foreach (var argument in call.Arguments)
        {
            var value = HclEvaluation.Evaluate(argument, scope);
            if (!value.IsNull || argument is HclLiteral)
            {
                return value;
            }
        }

        return CloudValue.Null;
    }

    private static CloudValue Can(HclCall call, HclScope scope)
    {
        var value = call.Arguments.Count == 0 ? CloudValue.Null : HclEvaluation.Evaluate(call.Arguments[0], scope);
        return value.IsUnknown ? CloudValue.Unknown : CloudValue.Of(!value.IsNull);
    }

    /// <summary>Functions that say something useful although a part of their input is unknown.</summary>
    private static CloudValue? Tolerant(string function, List<CloudValue> a, HclScope scope)
    {
        switch (function)
        {
            case "jsonencode" when a.Count == 1:
                return JsonText.Write(a[0]);
            case "coalesce":
                return a.Find(value => !value.IsNull && !(value.Kind == CloudValueKind.Text && value.Text.Length == 0)) ?? CloudValue.Null;
            case "coalescelist":
                return a.Find(value => !value.IsEmpty) ?? CloudValue.EmptyList;
            case "concat":
                return CloudValue.Of([.. a.SelectMany(value => value.Each()).Take(EvaluationBudget.LongestList)], a.Exists(value => value.IsUnknown || value.IsOpen));
            case "merge":
                return Merge(a);
            case "compact" when a.Count == 1 && !a[0].IsUnknown:
                return CloudValue.Of([.. a[0].Items.Where(item => !item.IsEmpty)], a[0].MayHoldMore);
            case "flatten" when a.Count == 1 && !a[0].IsUnknown:
                return Flatten(a[0]);
            case "tolist" or "tomap" or "sensitive" or "nonsensitive" or "tostring" or "tonumber" or "tobool" or "ephemeralasnull" or "unsensitive" when a.Count == 1:
                return function == "tolist" && a[0].Kind == CloudValueKind.Map ? null : Convert(function, a[0]);
            case "toset" or "distinct" when a.Count == 1 && a[0].Kind == CloudValueKind.List && !a[0].MayHoldMore:
                return Distinct(a[0], function == "toset");
            case "toset" or "distinct" when a.Count == 1:
                return a[0];
            case "lookup" when a.Count >= 2 && a[0].Kind == CloudValueKind.Map && a[1].AsText() is { } key:
                return a[0].Members.TryGetValue(key, out var member) ? member
                    : a[0].IsOpen ? CloudValue.Unknown
                    : a.Count > 2 ? a[2] : CloudValue.Null;
            case "length" when a.Count == 1 && !a[0].IsUnknown && !a[0].IsOpen:
                return a[0].Kind switch
                {
                    CloudValueKind.List => CloudValue.Of(a[0].Items.Count),
                    CloudValueKind.Map => CloudValue.Of(a[0].Members.Count),
                    CloudValueKind.Text => CloudValue.Of(a[0].Text.Length),
                    _ => CloudValue.Unknown,
                };
            case "keys" when a.Count == 1 && a[0].Kind == CloudValueKind.Map:
                return CloudValue.Of([.. a[0].Members.Keys.Order(StringComparer.Ordinal).Select(CloudValue.Of)], a[0].IsOpen);
            case "values" when a.Count == 1 && a[0].Kind == CloudValueKind.Map:
                return CloudValue.Of([.. a[0].Members.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)], a[0].IsOpen);
            case "element" when a.Count == 2 && a[0].Kind == CloudValueKind.List && a[0].Items.Count > 0 && !a[0].IsOpen && a[1].AsNumber() is { } index:
                return a[0].Items[(int)(((long)index % a[0].Items.Count + a[0].Items.Count) % a[0].Items.Count)];
            case "one" when a.Count == 1 && a[0].Kind == CloudValueKind.List && !a[0].IsOpen:
                return a[0].Items.Count == 0 ? CloudValue.Null : a[0].Items[0];
            case "contains" when a.Count == 2 && a[0].Kind == CloudValueKind.List:
                return a[0].Items.Any(item => CloudValue.AreEqual(item, a[1]) == true) ? CloudValue.True
                    : a[0].MayHoldMore || a[1].IsUnknown ? CloudValue.Unknown : CloudValue.False;
            case "join" when a.Count >= 2 && a[0].AsText() is { } separator && !a[1].IsUnknown && !a[1].IsOpen:
                return Joined(separator, a.Skip(1).SelectMany(value => value.Each()));
            case "format" when a.Count > 0 && a[0].AsText() is { } pattern:
                return Format(pattern, a);
            case "lower" or "upper" or "trimspace" when a.Count == 1 && a[0].PartialText is { } partial:
                return CloudValue.Partial(function == "lower" ? partial.ToLowerInvariant() : function == "upper" ? partial.ToUpperInvariant() : partial.Trim());
            case "base64encode" when a.Count == 1 && a[0].KnownText is { } plain && a[0].IsUnknown:
                // A reader of user data wants the text, and what is encoded here is decoded there.
                return CloudValue.Partial(plain);
            case "zipmap" when a.Count == 2 && a[0].Kind == CloudValueKind.List && a[1].Kind == CloudValueKind.List:
                return Zip(a[0], a[1]);
            case "templatefile" when a.Count == 2 && a[0].AsText() is { } path && scope.Names.FileText(path) is { } template:
                return TemplateFile(template, a[1], scope);
            default:
                return null;
        }
    }

    private static CloudValue Convert(string function, CloudValue value) => function switch
    {
        "tostring" => value.IsUnknown || value.IsNull ? value : value.AsText() is { } text ? CloudValue.Of(text) : CloudValue.Unknown,
        "tonumber" => value.IsUnknown || value.IsNull ? value : value.AsNumber() is { } number ? CloudValue.Of(number) : CloudValue.Unknown,
        "tobool" => value.IsUnknown || value.IsNull ? value : value.AsBool() is { } flag ? CloudValue.Of(flag) : CloudValue.Unknown,
        _ => value,
    };

    private static CloudValue Merge(List<CloudValue> maps)
    {
        var members = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        var open = false;
        foreach (var map in maps)
        {
            if (map.IsUnknown || map.IsOpen)
            {
                // What an unknown map may override is unknown too.
                open = true;
                foreach (var key in members.Keys.ToList())
                {
                    members[key] = CloudValue.Unknown;
                }
            }

            foreach (var (key, value) in map.Members)
            {
                members[key] = value;
            }
        }

        return CloudValue.Of(members, open);
    }

    private static CloudValue Flatten(CloudValue list)
    {
        var items = new List<CloudValue>();
        var open = false;
        void Add(CloudValue value, int depth)
        {
            open |= value.IsOpen && value.Kind == CloudValueKind.List;
            foreach (var item in value.Items)
            {
                if (item.Kind == CloudValueKind.List && depth < 20)
                {
                    Add(item, depth + 1);
                }
                else if (items.Count < EvaluationBudget.LongestList)
                {
                    items.Add(item);
                    open |= item.IsUnknown;
                }
            }
        }

        Add(list, 0);
        return CloudValue.Of(items, open);
    }

    private static CloudValue Distinct(CloudValue list, bool sorts)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var items = list.Items.Where(item => seen.Add(item.Kind + item.ToString()));
        return CloudValue.Of([.. sorts ? items.OrderBy(item => item.ToString(), StringComparer.Ordinal) : items]);
    }

    private static CloudValue Joined(string separator, IEnumerable<CloudValue> items)
    {
        var known = true;
        var pieces = new List<string>();
        foreach (var item in items)
        {
            known &= !item.IsUnknown;
            pieces.Add(item.KnownText ?? CloudValue.Hole.ToString());
        }

        var text = string.Join(separator, pieces);
        return known ? CloudValue.Of(text) : CloudValue.Partial(text);
    }

    private static CloudValue Format(string pattern, List<CloudValue> a)
    {
        var text = new StringBuilder();
        var known = true;
        var next = 1;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '%' || i + 1 == pattern.Length)
            {
                text.Append(pattern[i]);
                continue;
            }

            i++;
            if (pattern[i] == '%')
            {
                text.Append('%');
                continue;
            }

            var width = new string([.. pattern.Skip(i).TakeWhile(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+' or '#')]);
            i += width.Length;
            var value = next < a.Count ? a[next++] : CloudValue.Unknown;
            if (i >= pattern.Length || (width.Length > 0 && !(pattern[i] == 'd' && width[0] == '0')) || pattern[i] is not ('s' or 'd' or 'v' or 'q' or 't'))
            {
                return CloudValue.Unknown;
            }

            known &= !value.IsUnknown;
            var piece = value.KnownText ?? CloudValue.Hole.ToString();
            piece = width.Length > 0 && int.TryParse(width, CultureInfo.InvariantCulture, out var digits) ? piece.PadLeft(Math.Min(digits, 64), '0') : piece;
            text.Append(pattern[i] == 'q' ? $"\"{piece}\"" : piece);
        }

        return known ? CloudValue.Of(text.ToString()) : CloudValue.Partial(text.ToString());
    }

    private static CloudValue Zip(CloudValue keys, CloudValue values)
    {
        var members = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        foreach (var (key, value) in keys.Items.Zip(values.Items))
        {
            if (key.AsText() is not { } name)
            {
                return CloudValue.Unknown;
            }

            members[name] = value;
        }

        return CloudValue.Of(members, keys.IsOpen || values.IsOpen);
    }

    private static CloudValue TemplateFile(string template, CloudValue variables, HclScope scope)
    {
        var problems = new List<HclProblem>();
        var span = new HclSpan(0, template.Length, 1, 1);
        var parsed = HclTemplateReader.Read(template, 0, template.Length, span, isHeredoc: true, problems, 0);
        var inner = scope;
        foreach (var (name, value) in variables.Members)
        {
            inner = inner.With(name, value);
        }

        return problems.Count > 0 ? CloudValue.Unknown : HclEvaluation.Evaluate(parsed, inner);
    }

    /// <summary>Functions of wholly known arguments.</summary>
    private static CloudValue? Strict(string function, List<CloudValue> a, HclScope scope)
    {
        string? first = a.Count > 0 ? a[0].AsText() : null;
        string? second = a.Count > 1 ? a[1].AsText() : null;
        string? third = a.Count > 2 ? a[2].AsText() : null;
        switch (function)
        {
            case "lower" when first is not null:
                return CloudValue.Of(first.ToLowerInvariant());
            case "upper" when first is not null:
                return CloudValue.Of(first.ToUpperInvariant());
            case "title" when first is not null:
                return CloudValue.Of(CultureInfo.InvariantCulture.TextInfo.ToTitleCase(first));
            case "trimspace" when first is not null:
                return CloudValue.Of(first.Trim());
            case "chomp" when first is not null:
                return CloudValue.Of(first.TrimEnd('\r', '\n'));
            case "trim" when first is not null && second is not null:
                return CloudValue.Of(first.Trim([.. second]));
            case "trimprefix" when first is not null && second is not null:
                return CloudValue.Of(first.StartsWith(second, StringComparison.Ordinal) ? first[second.Length..] : first);
            case "trimsuffix" when first is not null && second is not null:
                return CloudValue.Of(first.EndsWith(second, StringComparison.Ordinal) ? first[..^second.Length] : first);
            case "startswith" when first is not null && second is not null:
                return CloudValue.Of(first.StartsWith(second, StringComparison.Ordinal));
            case "endswith" when first is not null && second is not null:
                return CloudValue.Of(first.EndsWith(second, StringComparison.Ordinal));
            case "strcontains" when first is not null && second is not null:
                return CloudValue.Of(first.Contains(second, StringComparison.Ordinal));
            case "substr" when first is not null && a.Count == 3 && a[1].AsNumber() is { } from && a[2].AsNumber() is { } length:
                return Substring(first, (int)from, (int)length);
            case "replace" when first is not null && second is not null && third is not null:
                return Replace(first, second, third);
            case "split" when first is not null && second is not null:
                return CloudValue.Of([.. (first.Length == 0 ? [second] : second.Split(first)).Take(EvaluationBudget.LongestList).Select(CloudValue.Of)]);
            case "regex" or "regexall" when first is not null && second is not null:
                return null;
            case "jsondecode" when first is not null:
                return JsonText.Read(first);
            case "base64encode" when first is not null:
                return CloudValue.Of(System.Convert.ToBase64String(Encoding.UTF8.GetBytes(first)));
            case "base64decode" when first is not null:
                return Decode(first);
            case "file" when first is not null:
                return scope.Names.FileText(first) is { } text ? CloudValue.Of(text) : CloudValue.Unknown;
            case "filebase64" when first is not null:
                return scope.Names.FileText(first) is { } content ? CloudValue.Of(System.Convert.ToBase64String(Encoding.UTF8.GetBytes(content))) : CloudValue.Unknown;
            case "fileexists" when first is not null:
                return scope.Names.FileText(first) is not null ? CloudValue.True : CloudValue.Unknown;
            case "basename" when first is not null:
                return CloudValue.Of(first[(first.LastIndexOf('/') + 1)..]);
            case "md5" when first is not null:
#pragma warning disable CA5351 // The function is Terraform's; nothing here relies on it for security.
                return CloudValue.Of(System.Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(first))));
#pragma warning restore CA5351
            case "sha256" when first is not null:
                return CloudValue.Of(System.Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(first))));
            case "min" or "max" when a.Count > 0 && a.TrueForAll(value => value.AsNumber() is not null):
                return CloudValue.Of(function == "min" ? a.Min(value => value.AsNumber()!.Value) : a.Max(value => value.AsNumber()!.Value));
            case "abs" when a.Count == 1 && a[0].AsNumber() is { } number:
                return CloudValue.Of(Math.Abs(number));
            case "floor" when a.Count == 1 && a[0].AsNumber() is { } number:
                return CloudValue.Of(Math.Floor(number));
            case "ceil" when a.Count == 1 && a[0].AsNumber() is { } number:
                return CloudValue.Of(Math.Ceiling(number));
            case "pow" when a.Count == 2 && a[0].AsNumber() is { } x && a[1].AsNumber() is { } y:
                return CloudValue.Of(Math.Pow(x, y));
            case "range":
                return Range(a);
            case "reverse" when a.Count == 1 && a[0].Kind == CloudValueKind.List:
                return CloudValue.Of([.. a[0].Items.Reverse()]);
            case "sort" when a.Count == 1 && a[0].Kind == CloudValueKind.List:
                return CloudValue.Of([.. a[0].Items.OrderBy(item => item.ToString(), StringComparer.Ordinal)]);
            case "slice" when a.Count == 3 && a[0].Kind == CloudValueKind.List && a[1].AsNumber() is { } start && a[2].AsNumber() is { } stop:
                return CloudValue.Of([.. a[0].Items.Skip((int)start).Take(Math.Max(0, (int)stop - (int)start))]);
            case "chunklist" when a.Count == 2 && a[1].AsNumber() is { } size and >= 1:
                return CloudValue.Of([.. a[0].Items.Chunk((int)size).Select(chunk => CloudValue.Of(chunk))]);
            case "index" when a.Count == 2:
                return a[0].Items.ToList().FindIndex(item => CloudValue.AreEqual(item, a[1]) == true) is >= 0 and var at ? CloudValue.Of(at) : CloudValue.Null;
            case "setunion":
                return Distinct(CloudValue.Of([.. a.SelectMany(set => set.Items)]), true);
            case "setintersection" when a.Count > 0:
                return CloudValue.Of([.. a[0].Items.Where(item => a.TrueForAll(set => set.Items.Any(other => CloudValue.AreEqual(item, other) == true)))]);
            case "setsubtract" when a.Count == 2:
                return CloudValue.Of([.. a[0].Items.Where(item => !a[1].Items.Any(other => CloudValue.AreEqual(item, other) == true))]);
            case "setproduct" when a.Count == 2 && (long)a[0].Items.Count * a[1].Items.Count <= EvaluationBudget.LongestList:
                return CloudValue.Of([.. a[0].Items.SelectMany(left => a[1].Items.Select(right => CloudValue.Of([left, right])))]);
            case "anytrue" when a.Count == 1:
                return CloudValue.Of(a[0].Items.Any(item => item.AsBool() == true));
            case "alltrue" when a.Count == 1:
                return CloudValue.Of(a[0].Items.All(item => item.AsBool() == true));
            case "cidrsubnet" when a.Count == 3 && first is not null && a[1].AsNumber() is { } bits && a[2].AsNumber() is { } subnet:
                return Subnet(first, (int)bits, (long)subnet);
            default:
                return null;
        }
    }

    private static CloudValue Substring(string text, int from, int length)
    {
        from = Math.Clamp(from < 0 ? text.Length + from : from, 0, text.Length);
        var to = length < 0 ? text.Length : Math.Min(text.Length, from + length);
        return CloudValue.Of(text[from..to]);
    }

    private static CloudValue Replace(string text, string what, string with)
    {
        var isPattern = what.Length > 1 && what[0] == '/' && what[^1] == '/';
        if (isPattern)
        {
            try
            {
                return CloudValue.Of(Regex.Replace(text, what[1..^1], Regex.Replace(with, @"\$(\d+)", "$${$1}"), RegexOptions.NonBacktracking));
            }
            catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
            {
                return CloudValue.Unknown;
            }
        }

        return what.Length == 0 || (long)text.Length * (with.Length + 1) > 4_000_000 ? CloudValue.Unknown : CloudValue.Of(text.Replace(what, with, StringComparison.Ordinal));
    }

    private static CloudValue Decode(string encoded)
    {
        var bytes = new byte[encoded.Length];
        return System.Convert.TryFromBase64String(encoded, bytes, out var count) ? CloudValue.Of(Encoding.UTF8.GetString(bytes, 0, count)) : CloudValue.Unknown;
    }

    private static CloudValue? Range(List<CloudValue> a)
    {
        var numbers = a.Select(value => value.AsNumber()).ToList();
        if (numbers.Contains(null) || numbers.Count is 0 or > 3)
        {
            return null;
        }

        var start = numbers.Count == 1 ? 0 : numbers[0]!.Value;
        var limit = numbers.Count == 1 ? numbers[0]!.Value : numbers[1]!.Value;
        var step = numbers.Count == 3 ? numbers[2]!.Value : limit < start ? -1 : 1;
        if (step == 0 || Math.Abs((limit - start) / step) > EvaluationBudget.LongestList)
        {
            return null;
        }

        var items = new List<CloudValue>();
        for (var value = start; step > 0 ? value < limit : value > limit; value += step)
        {
            items.Add(CloudValue.Of(value));
        }

        return CloudValue.Of(items);
    }

    private static CloudValue Subnet(string prefix, int bits, long number)
    {
        if (!IPNetwork.TryParse(prefix, out var network) || network.BaseAddress.GetAddressBytes() is not { Length: 4 } bytes)
        {
            return CloudValue.Unknown;
        }

        var length = network.PrefixLength + bits;
        if (bits < 0 || length > 32 || number < 0 || number >= 1L << bits)
        {
            return CloudValue.Unknown;
        }

        var address = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes) | (uint)(number << (32 - length));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return CloudValue.Of($"{new IPAddress(bytes)}/{length}");
    }
}
