using System.Collections.Immutable;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private readonly HashSet<Method> _called = [];


    private Value CallValue(Call call, Scope scope, Surroundings around)
    {
        _reached.Add(call);
        if (call.Callee is Name { Identifier: var function })
        {
            if (scope.Find(function)?.Value is Closed closed) return Invoke(closed, call, scope, around);
            if (_methods.TryGetValue(function, out var methods)) return Inline(Overload(methods, call), call, scope, around);
            return Step(function, call, scope, around);
        }

        if (call.Callee is not Member member) return new Opaque(call.Span, "value");
        if (call.StepName is { } step && member.Target is Name { Identifier: "steps" or "script" or "this" or "pipeline" } receiver && scope.Find(receiver.Identifier)?.Value is null or Opaque)
            return _methods.TryGetValue(step, out var own) ? Inline(Overload(own, call), call, scope, around) : Step(step, call, scope, around);
        if (member.Target is Name { Identifier: "docker" }) return Docker(member.Identifier, call, scope, around);
        if (member.Target is Name { Identifier: "env" } && member.Identifier is "getProperty" or "get" && call.Arguments is [var key, ..] && Evaluate(key.Value, scope, around) is Known name)
            return new Composed([Piece.Env(EnvName(name.Text))]);
        if (member.Target is Name { Identifier: "params" } && member.Identifier is "get" or "getOrDefault" && call.Arguments is [var parameter, ..] && Evaluate(parameter.Value, scope, around) is Known known)
            return new Composed([Piece.Env(EnvName(known.Text))]);
        if (RootOf(member) is { Identifier: "System" or "Math" or "Integer" or "String" or "Jenkins" or "jenkins" } root && scope.Find(root.Identifier) is null)
            return Static(member, call, scope, around);
        if (member.Target is Name global && scope.Find(global.Identifier) is null && !KnownVariable(global.Identifier) && LibraryMethod(global.Identifier, member.Identifier) is { } library)
            return Inline(library, call, scope, around);
        var target = Evaluate(member.Target, scope, around);
        return OnValue(target, member, call, scope, around);
    }

    private static Method Overload(List<Method> methods, Call call)
    {
        var given = call.Positional.Count() + (call.Arguments.Any(argument => argument.Name is not null) ? 1 : 0);
        return methods.FirstOrDefault(method => method.Parameters.Count == given) ?? methods.FirstOrDefault(method => method.Parameters.Count >= given) ?? methods[0];
    }

    /// <summary>Runs a function's body where it is called, with the values of this call.</summary>
    private Value Inline(Method method, Call call, Scope scope, Surroundings around)
    {
        _called.Add(method);
        if (_calls >= DeepestCall)
        {
            Mark(call.Span, Fate.Manual, Invariant($"{method.Name} calls itself or is nested deeper than {DeepestCall} calls"));
            return new Opaque(call.Span, method.Name);
        }

        var inner = new Scope(_globals);
        var hint = _nameHint;
        _nameHint = null;
        Bind(method.Parameters, call, scope, inner, around);
        _nameHint = hint;
        var function = _function;
        _function = method.Name;
        _calls++;
        var completion = _libraryOf.TryGetValue(method, out var library)
            ? Abroad(library, call, () => ExecuteAll(method.Body.Statements, inner, around))
            : ExecuteAll(method.Body.Statements, inner, around);
        _calls--;
        _function = function;
        MarkHead(call, Fate.Converted, $"the body of {method.Name} stands here");
        return completion.When is null ? completion.Value ?? Value.Null : new Opaque(call.Span, method.Name);
    }

    private void MarkHead(Call call, Fate fate, string note)
    {
        if (call.Body is null)
        {
            Mark(call.Span, fate, note);
            return;
        }

        Mark(call.Head, fate, note);
    }

    private void Bind(IReadOnlyList<Parameter> parameters, Call call, Scope scope, Scope inner, Surroundings around)
    {
        var named = call.Arguments.Where(argument => argument.Name is not null).ToList();
        var values = new List<Value>();
        if (named.Count > 0)
        {
            var map = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
            foreach (var argument in named) map[argument.Name!] = Evaluate(argument.Value, scope, around);
            values.Add(new Mapped(map));
        }

        values.AddRange(call.Positional.Select(argument => Evaluate(argument, scope, around)));
        for (var index = 0; index < parameters.Count; index++)
        {
            var value = index < values.Count ? values[index] : parameters[index].Default is { } fallback ? Evaluate(fallback, inner, around) : Value.Null;
            inner.Declare(parameters[index].Name, value, around.Depth);
        }

        if (parameters.Count == 0 && values.Count > 0) inner.Declare("it", values[0], around.Depth);
    }

    private Value Invoke(Closed closed, Call call, Scope scope, Surroundings around)
    {
        if (_calls >= DeepestCall) return new Opaque(call.Span, "closure");
        var inner = new Scope(closed.Scope);
        Bind(closed.Closure.Parameters, call, scope, inner, around);
        foreach (var guard in closed.Guards) around = around.With(guard);
        _calls++;
        var completion = RunIn(closed.Closure, inner, around);
        _calls--;
        if (!_ledger.Knows(call.Span)) MarkHead(call, Fate.Approximated, "the closure's body stands here");
        return completion.Value ?? Value.Null;
    }

    private Completion Run(Closure closure, Scope scope, Surroundings around) => RunIn(closure, new Scope(scope), around);

    private Completion RunIn(Closure closure, Scope scope, Surroundings around)
    {
        _ran.Add(closure);
        return ExecuteAll(closure.Body, scope, around);
    }

    private Value OnValue(Value target, Member member, Call call, Scope scope, Surroundings around)
    {
        var name = member.Identifier;
        var arguments = call.Positional.Where(argument => argument is not Closure).ToList();
        switch (target)
        {
            case Closed closed when name is "call" or "run": return Invoke(closed, call, scope, around);
            case DockerImage image: return OnImage(image, name, call, scope, around);
            case Listed or Mapped when call.Body is { } body && name is "each" or "eachWithIndex" or "collect" or "times" or "findAll" or "collectEntries" or "find" or "any" or "every" && call.Body is not null:
                return Iterate(target, name, body, call, scope, around);
            case Opaque or Composed when call.Body is { } body && name is "each" or "eachWithIndex" or "collect" or "times" or "collectEntries" && call.Body is not null:
                return Iterate(target, name, body, call, scope, around);
            case Known { Content: long count } when call.Body is { } body && name == "times":
                return Iterate(new Listed([.. Enumerable.Range(0, (int)Math.Clamp(count, 0, MostRounds + 1)).Select(i => (Value)new Known((long)i))]), "each", body, call, scope, around);
            case Listed list: return OnList(list, name, arguments, call, scope, around);
            case Mapped map: return OnMap(map, name, arguments, call, scope, around);
            case Known or Composed: return OnText(target, name, arguments, call, scope, around);
        }

        if (name is "toString" or "trim" && target is Opaque) return target;
        if (call.Body is { } block) return UnknownStep(Quote(member.Span, 60), call, block, scope, around);
        if (member.Target is Name { Identifier: "currentBuild" or "scm" } && call.Arguments.Count == 0 && name.Length > 3 && name.StartsWith("get", StringComparison.Ordinal) && char.IsUpper(name[3]))
            return MemberValue(member with { Identifier = char.ToLowerInvariant(name[3]) + name[4..] }, scope, around);
        if (target is Opaque { Name: "scm" or "currentBuild" or "env" or "params" } known) return new Opaque(call.Span, known.Name + "." + name);
        if (ReferenceEquals(call, _statement) && target is Opaque && OfLibrary(member, scope)) return UnknownStep(Quote(member.Span, 60), call, null, scope, around);
        foreach (var argument in arguments) if (argument is Call nested) Evaluate(nested, scope, around);
        return new Opaque(call.Span, _source.Slice(call.Callee.Span).Length < 60 ? _source.Slice(call.Callee.Span) : name);
    }

    /// <summary>
    /// A call for its effect on something this file never made (a global variable of a library, a loaded script) is a
    /// step like any other; a call on a value of Groovy only computes.
    /// </summary>
    private static bool OfLibrary(Member member, Scope scope)
    {
        if (RootOf(member) is not { Identifier: var name } || name is "env" or "params" or "currentBuild" or "scm" or "manager" or "it" or "this" || char.IsUpper(name[0])) return false;
        return scope.Find(name) is not { } slot || slot.Value is Opaque { Name: "load" or "library" };
    }

    /// <summary>The name a chain of members and calls begins with.</summary>
    private static Name? RootOf(Expr chain)
    {
        while (chain is Member or Subscript or Call { Callee: Member }) chain = chain switch { Member inner => inner.Target, Subscript subscript => subscript.Target, Call inner => inner.Callee, _ => chain };
        return chain as Name;
    }

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
                if (name == "plus") return new Listed([.. list.Items, item]);
                list.Items.Add(item);
                return list;
            case "addAll" when arguments.Count == 1 && Evaluate(arguments[0], scope, around) is Listed more:
                list.Items.AddRange(more.Items);
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
                map.Entries[Display(Evaluate(arguments[0], scope, around))] = Evaluate(arguments[1], scope, around);
                return map;
            case "putAll" or "plus" when arguments.Count == 1 && Evaluate(arguments[0], scope, around) is Mapped more:
                foreach (var (key, value1) in more.Entries) map.Entries[key] = value1;
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

    private Value OnText(Value target, string name, List<Expr> arguments, Call call, Scope scope, Surroundings around)
    {
        var values = arguments.Select(argument => Evaluate(argument, scope, around)).ToList();
        var known = (target as Known)?.Text;
        switch (name)
        {
            case "trim" or "toString" or "strip" or "toInteger" or "intern" or "asType" or "normalize" when known is null: return target;
            case "toString" or "intern" when known is not null: return Value.Of(known);
            case "trim" or "strip" when known is not null: return Value.Of(known.Trim());
            case "stripIndent" when known is not null: return Value.Of(StripIndent(known));
            case "stripMargin" when known is not null: return Value.Of(string.Join('\n', known.Split('\n').Select(line => line.TrimStart() is ['|', ..] margin ? margin[1..] : line)));
            case "stripIndent" or "stripMargin": return target;
            case "toInteger" or "toLong" when long.TryParse(known, System.Globalization.CultureInfo.InvariantCulture, out var number): return new Known(number);
            case "toLowerCase" when known is not null: return Value.Of(known.ToLowerInvariant());
            case "toUpperCase" when known is not null: return Value.Of(known.ToUpperInvariant());
            case "capitalize" when known is { Length: > 0 }: return Value.Of(char.ToUpperInvariant(known[0]) + known[1..]);
            case "length" or "size" when known is not null: return new Known((long)known.Length);
            case "concat" or "plus" when values.Count == 1: return Joined([.. PiecesOf(target, call), .. PiecesOf(values[0], call)]);
            case "replace" or "replaceAll" when known is not null && values is [Known from, Known to] && (name == "replace" || from.Text.All(c => char.IsLetterOrDigit(c) || c is '/' or '-' or '_' or ' ')): return Value.Of(known.Replace(from.Text, to.Text, StringComparison.Ordinal));
            case "split" or "tokenize" when known is not null && (values.Count == 0 || values[0] is Known { Text: { } } by && by.Text.Replace("\\", "", StringComparison.Ordinal).Length <= 2):
                var separator = values.Count == 0 ? [' ', '\n', '\t'] : ((Known)values[0]).Text.Replace("\\", "", StringComparison.Ordinal).ToCharArray();
                return new Listed([.. known.Split(separator, StringSplitOptions.RemoveEmptyEntries).Select(Value.Of)]);
            case "readLines" when known is not null: return new Listed([.. known.Split('\n').Select(Value.Of)]);
            case "substring" or "take" when known is not null && values.All(value => value is Known { Content: long }):
                var first = name == "take" ? 0 : (int)(long)((Known)values[0]).Content!;
                var end = name == "take" ? (int)(long)((Known)values[0]).Content! : values.Count > 1 ? (int)(long)((Known)values[1]).Content! : known.Length;
                return first >= 0 && first <= known.Length ? Value.Of(known[first..Math.Clamp(end, first, known.Length)]) : new Opaque(call.Span, name);
            case "equals" or "equalsIgnoreCase" or "startsWith" or "endsWith" or "contains" or "toBoolean" or "asBoolean" or "isEmpty" or "matches":
                return CallCondition(call, scope, around);
        }

        return target is Composed composed && Transformed(composed, name, values, call, around) is { } transformed ? transformed : new Opaque(call.Span, name);
    }

    /// <summary>Text functions of Groovy that a POSIX shell can do on the runner.</summary>
    private Value? Transformed(Composed text, string name, List<Value> values, Call call, Surroundings around)
    {
        var filter = (name, values) switch
        {
            ("toLowerCase", []) => "tr '[:upper:]' '[:lower:]'",
            ("toUpperCase", []) => "tr '[:lower:]' '[:upper:]'",
            ("replace", [Known from, Known to]) => $"sed {ShellText.Quote($"s/{SedPattern(from.Text)}/{SedReplacement(to.Text)}/g")}",
            ("replaceAll" or "replaceFirst", [Known from, Known to]) when !PerlOnly().IsMatch(from.Text) && !to.Text.Contains('$', StringComparison.Ordinal) => $"sed -E {ShellText.Quote($"s/{Posix(from.Text).Replace("/", "\\/", StringComparison.Ordinal)}/{SedReplacement(to.Text)}/{(name == "replaceAll" ? "g" : "")}")}",
            ("take", [Known { Content: long count }]) => $"cut -c1-{count}",
            ("substring", [Known { Content: long from }]) => $"cut -c{from + 1}-",
            ("substring", [Known { Content: long from }, Known { Content: long to }]) => $"cut -c{from + 1}-{to}",
            _ => null,
        };
        if (filter is null) return null;
        var variable = FreshVariable(_nameHint ?? (text.Pieces is [{ Variable: { } source }] ? source + "_" + name : "text_of_line_" + Number(LineOf(call))), around);
        var holes = text.Pieces.Where(piece => piece.MissingLine > 0).ToImmutableArray();
        SetPrinted(variable, $"printf '%s' {ShellText.Word(text.Pieces)} | {filter}", holes.Length > 0 ? ": " + ShellText.Word(holes) : null, around, call);
        return new Composed([Piece.Env(variable)]);
    }

    private static string SedPattern(string text) => string.Concat(text.Select(c => c is '.' or '*' or '[' or ']' or '^' or '$' or '/' or '\\' ? "\\" + c : c.ToString()));

    private static string SedReplacement(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal).Replace("&", "\\&", StringComparison.Ordinal);

    private static string StripIndent(string text)
    {
        var lines = text.Split('\n');
        var indents = lines.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).ToList();
        var indent = indents.Count == 0 ? 0 : indents.Min();
        return string.Join('\n', lines.Select(line => line.Length >= indent ? line[indent..] : line.TrimStart()));
    }

    private Value Static(Member member, Call call, Scope scope, Surroundings around)
    {
        if (member is { Target: Name { Identifier: "System" }, Identifier: "getenv" } && call.Arguments is [var name] && Evaluate(name.Value, scope, around) is Known known) return new Composed([Piece.Env(EnvName(known.Text))]);
        if (member is { Target: Name { Identifier: "Integer" or "String" }, Identifier: "parseInt" or "valueOf" } && call.Arguments is [var text]) return Evaluate(text.Value, scope, around);
        Mark(call.Span, Fate.Manual, $"{Quote(call.Span, 60)} runs inside Jenkins itself, where it needs an approval; it is unsupported in a workflow");
        return new Opaque(call.Span, _source.Slice(call.Callee.Span));
    }
}
