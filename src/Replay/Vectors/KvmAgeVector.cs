using SecondLook.Replay.Aging;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Vectors;

/// <summary>Vectors of kind <c>age</c>: a state, operations, and what each must answer, lock and leave.</summary>
/// <remarks>
/// Models: the little language of section 6 of the KVM specification.
/// Omits: nothing.
/// </remarks>
internal static class KvmAgeVector
{
    /// <summary>Runs a vector.</summary>
    /// <returns>The first difference, or null.</returns>
    public static string? Run(KvmVectorNode vector)
    {
        KvmVectorNode context = vector.Mapping("ctx") ?? throw vector.Bad("key 'ctx' is missing");
        KvmVectorNode state = vector.Mapping("state") ?? throw vector.Bad("key 'state' is missing");
        List<KvmVectorNode> steps = vector.Mappings("steps");
        vector.RejectOthers();
        var stage = new KvmStage(AgingPolicies.Get(context.TextOf("policy")), context, state);
        for (int i = 0; i < steps.Count; i++)
        {
            if (Step(stage, steps[i]) is { } problem)
            {
                return $"step {i} ({steps[i].Text("op")}): {problem}";
            }
        }
        return null;
    }

    /// <summary>Names of lock classes as the language writes them.</summary>
    public static string NameOf(LockClass lockClass) => lockClass switch
    {
        LockClass.Write => "W",
        LockClass.Read => "R",
        LockClass.Rcu => "RCU",
        LockClass.Rmap => "rmap",
        _ => "-",
    };

    /// <summary>Argument of the operation <c>isp</c>.</summary>
    public static int ValueOf(KvmVectorNode step)
    {
        foreach (string key in (ReadOnlySpan<string>)["value", "isp", "n", "to", "set"])
        {
            if (step.Has(key))
            {
                return (int)step.Number(key);
            }
        }
        return 0;
    }

    private static string? Step(KvmStage stage, KvmVectorNode step)
    {
        string op = step.TextOf("op");
        int value = op == "isp" ? ValueOf(step) : 0;
        string page = op == "isp" ? step.Text("page") ?? "" : step.TextOf("page");
        KvmOutcome outcome = stage.Run(op, page, value) ?? throw step.Bad($"unknown op '{op}'");
        string? problem = null;
        if (step.Text("young") is { } young)
        {
            problem ??= KvmCases.Compare("young", young, outcome.Young);
        }
        if (step.Text("la") is { } lookAround)
        {
            problem ??= KvmCases.Compare("la", lookAround, outcome.LookAround ? "1" : "0");
        }
        if (step.Text("flush") is { } flush)
        {
            problem ??= KvmCases.Compare("flush", flush, outcome.Flush ? "1" : "0");
        }
        if (step.Scalars("locks") is { } locks)
        {
            problem ??= KvmCases.CompareLists("locks", locks, stage.Locks.ConvertAll(NameOf));
        }
        if (step.Mapping("after") is { } after)
        {
            problem ??= CompareState(stage, after);
        }
        step.RejectOthers();
        return problem;
    }

    private static string? CompareState(KvmStage stage, KvmVectorNode after)
    {
        foreach (string tables in after.Keys)
        {
            if (tables is not ("P" or "tdp" or "s2" or "shadow"))
            {
                throw after.Bad($"unknown tables '{tables}'");
            }
            KvmVectorNode pages = after.Mapping(tables)!;
            foreach (string page in pages.Keys)
            {
                List<string> expected = tables == "shadow" ? pages.Scalars(page)! : Single(pages.TextOf(page));
                if (KvmCases.CompareLists($"{tables}.{page}", expected, stage.Bits(tables, page)) is { } problem)
                {
                    return problem;
                }
            }
        }
        after.RejectOthers();
        return null;
    }

    private static List<string> Single(string value) => value is "" or "~" or "null" or "none" or "-" ? [] : [value];
}
