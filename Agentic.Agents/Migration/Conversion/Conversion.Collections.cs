using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value Iterate(Value target, string name, Closure body, Call call, Scope scope, Surroundings around)
    {
        _ran.Add(body);
        var results = new List<Value>();
        var index = 0L;
        var head = new Span(call.Span.Start, Math.Max(call.Span.Start + 1, body.Span.Start));
        if (name is "findAll" or "find" or "any" or "every" or "collect" or "collectEntries" && target is Listed list0 && body.Body is [ExpressionStmt { Expression: not Call } or Return])
        {
            foreach (var item in ((target as Listed)?.Items) ?? [])
            {
                var inner = new Scope(scope);
                inner.Declare(body.Parameters.Count > 0 ? body.Parameters[0].Name : "it", item, around.Depth);
                results.Add(name is "collect" or "collectEntries" ? Evaluate(body.Body[0] is ExpressionStmt { Expression: var produced } ? produced : ((Return)body.Body[0]).Value ?? new Literal(body.Span, null), inner, around) : Predicate(body, item, scope, around));
            }

            Mark(call.Span, Fate.Converted, "computed while converting");
            if (target is Listed list && name is not ("collect" or "collectEntries"))
            {
                if (results.Any(result => result is not Known)) return new Opaque(call.Span, "list");
                var kept = list.Items.Where((_, i) => IsTrue(results[i])).ToList();
                return name switch { "findAll" => new Listed(kept), "find" => kept.Count > 0 ? kept[0] : Value.Null, "any" => new Known(kept.Count > 0), _ => new Known(kept.Count == list.Items.Count) };
            }

            if (name == "collectEntries" && results.All(result => result is Mapped or Listed { Items.Count: 2 }))
            {
                var entries = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
                foreach (var result in results)
                    if (result is Mapped one) foreach (var (key, value) in one.Entries) entries[key] = value;
                    else entries[Display(((Listed)result).Items[0])] = ((Listed)result).Items[1];
                return new Mapped(entries);
            }

            return new Listed(results);
        }

        Repeat(target is Listed or Mapped ? target : new Opaque(call.Span, "list"), head, call, around, (item, inside) =>
        {
            var inner = new Scope(scope);
            var parameters = body.Parameters;
            if (item is Mapped { Entries: var entry } && entry.Count == 2 && entry.TryGetValue("key", out var key) && target is Mapped)
            {
                if (parameters.Count >= 2 && name != "eachWithIndex")
                {
                    inner.Declare(parameters[0].Name, key, inside.Depth);
                    inner.Declare(parameters[1].Name, entry["value"], inside.Depth);
                }
                else inner.Declare(parameters.Count > 0 ? parameters[0].Name : "it", item, inside.Depth);
            }
            else if (parameters.Count >= 2 && name is not "eachWithIndex" && item is Opaque)
            {
                foreach (var parameter in parameters) inner.Declare(parameter.Name, new Opaque(body.Span, parameter.Name), inside.Depth);
            }
            else
            {
                inner.Declare(parameters.Count > 0 ? parameters[0].Name : "it", item is Opaque && parameters.Count > 0 ? new Opaque(body.Span, parameters[0].Name) : item, inside.Depth);
                if (parameters.Count >= 2) inner.Declare(parameters[1].Name, item is Opaque ? item : new Known(index), inside.Depth);
            }

            index++;
            var completion = RunIn(body, inner, inside);
            results.Add(completion.Value ?? Value.Null);
            // "return" inside each goes on with the next item.
            return Completion.Normal;
        });
        if (name == "collectEntries" && results.All(result => result is Mapped or Listed { Items.Count: 2 }))
        {
            var entries = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
            foreach (var result in results)
                if (result is Mapped map) foreach (var (key, value) in map.Entries) entries[key] = value;
                else if (result is Listed pair) entries[Display(pair.Items[0])] = pair.Items[1];
            return target is Listed or Mapped ? new Mapped(entries) : new Opaque(call.Span, "map");
        }

        return target is Listed or Mapped ? name == "collect" ? new Listed(results) : target : new Opaque(call.Span, "list");
    }

    private Value OnList(Listed list, string name, List<Expr> arguments, Call call, Scope scope, Surroundings around)
    {
        switch (name)
        {
            case "add" or "push" or "leftShift" or "plus" when arguments.Count == 1:
                var item = Evaluate(arguments[0], scope, around);
                if (!Fits(list, item)) return TooMuch(call);
                if (name == "plus") return new Listed([.. list.Items, item]);
                list.Items.Add(item);
                return list;
            case "addAll" when arguments.Count == 1 && Evaluate(arguments[0], scope, around) is Listed more:
                if (!Fits(list, more)) return TooMuch(call);
                list.Items.AddRange(more.Items.ToList());
                return list;
            case "size": return new Known((long)list.Items.Count);
            case "first" or "head" when list.Items.Count > 0: return list.Items[0];
            case "last" when list.Items.Count > 0: return list.Items[^1];
            case "get" or "getAt" when arguments.Count == 1 && Evaluate(arguments[0], scope, around) is Known { Content: long at } && at >= 0 && at < list.Items.Count: return list.Items[(int)at];
            case "join" when arguments.Count <= 1:
                var separator = arguments.Count == 1 ? Display(Evaluate(arguments[0], scope, around)) : "";
                var pieces = new List<Piece>();
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (i > 0) pieces.Add(Piece.Text(separator));
                    pieces.AddRange(PiecesOf(list.Items[i], call));
                }

                return Joined(pieces);
            case "toString": return Joined(PiecesOf(list, call));
            case "unique" or "toList" or "flatten" or "asImmutable" or "toArray": return list;
            case "sort" when list.Items.All(known => known is Known): return new Listed([.. list.Items.OrderBy(known => ((Known)known).Text, StringComparer.Ordinal)]);
            case "reverse": return new Listed([.. Enumerable.Reverse(list.Items)]);
            case "contains" or "isEmpty": return ConditionOf(call, scope, around);
        }

        return new Opaque(call.Span, name);
    }

    private Value OnMap(Mapped map, string name, List<Expr> arguments, Call call, Scope scope, Surroundings around)
    {
        switch (name)
        {
            case "get" or "getAt" or "getOrDefault" when arguments.Count >= 1 && Evaluate(arguments[0], scope, around) is Known key:
                return map.Entries.TryGetValue(key.Text, out var value) ? value : arguments.Count > 1 ? Evaluate(arguments[1], scope, around) : Value.Null;
            case "put" when arguments.Count == 2:
                var put = Evaluate(arguments[1], scope, around);
                if (!Fits(map, put)) return TooMuch(call);
                map.Entries[Display(Evaluate(arguments[0], scope, around))] = put;
                return map;
            case "putAll" or "plus" when arguments.Count == 1 && Evaluate(arguments[0], scope, around) is Mapped more:
                if (!Fits(map, more)) return TooMuch(call);
                foreach (var (key, value1) in more.Entries.ToList()) map.Entries[key] = value1;
                return map;
            case "containsKey" when arguments.Count == 1 && Evaluate(arguments[0], scope, around) is Known known: return new Known(map.Entries.ContainsKey(known.Text));
            case "keySet" or "keys": return new Listed([.. map.Entries.Keys.Select(Value.Of)]);
            case "values": return new Listed([.. map.Entries.Values]);
            case "size": return new Known((long)map.Entries.Count);
            case "isEmpty": return new Known(map.Entries.Count == 0);
            case "entrySet": return map;
        }

        if (map.Entries.TryGetValue(name, out var entry) && entry is Closed closed) return Invoke(closed, call, scope, around);
        return new Opaque(call.Span, name);
    }
}
