using Agentic.Agents.Migration.Groovy;

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

    private Value Static(Member member, Call call, Scope scope, Surroundings around)
    {
        if (member is { Target: Name { Identifier: "System" }, Identifier: "getenv" } && call.Arguments is [var name] && Evaluate(name.Value, scope, around) is Known known) return new Composed([Piece.Env(EnvName(known.Text))]);
        if (member is { Target: Name { Identifier: "Integer" or "String" }, Identifier: "parseInt" or "valueOf" } && call.Arguments is [var text]) return Evaluate(text.Value, scope, around);
        Mark(call.Span, Fate.Manual, $"{Quote(call.Span, 60)} runs inside Jenkins itself, where it needs an approval; it is unsupported in a workflow");
        return new Opaque(call.Span, _source.Slice(call.Callee.Span));
    }
}
