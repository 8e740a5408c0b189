using SecondLook.Replay.Aging;
using SecondLook.Replay.Mmu;
using YamlDotNet.RepresentationModel;

namespace SecondLook.Replay.Vectors;

/// <summary>Cases of kind <c>fanout</c>: answers of subscribers in order, and what the host's loop makes of them.</summary>
/// <remarks>
/// Models: the loops over subscriptions of merged kernels (no prefix) and of the series that the prefix names.
/// Omits: nothing.
/// </remarks>
internal static class KvmFanOutCases
{
    private const ulong Young = 1;
    private const ulong Unreliable = 2;
    private const ulong Fast = 4;
    private const ulong Failed = 2;

    /// <summary>Runs a case.</summary>
    public static string? Run(KvmVectorNode node)
    {
        string hook = node.TextOf("hook");
        KvmRules rules = RulesOf(node, hook, out string verb);
        AgeKind kind = verb switch
        {
            "clear" or "clear_flush" => AgeKind.Clear,
            "test" => AgeKind.Test,
            "fast_clear" => AgeKind.FastClear,
            "fast_test" => AgeKind.FastTest,
            _ => throw node.Bad($"unknown hook '{hook}'"),
        };
        YamlSequenceNode subscribers = node.Get("subs") as YamlSequenceNode ?? throw node.Bad("'subs' is no list");
        var fanOut = new FanOut(FanOut.RuleFor(kind, rules), 1);
        ulong flags = 0;
        foreach (YamlNode subscriber in subscribers.Children)
        {
            if (fanOut.Remaining == 0)
            {
                break;
            }
            ulong mask = MaskOf(node, subscriber, out bool hasFast);
            if (kind is AgeKind.FastClear or AgeKind.FastTest && rules.Fast is FastHook.Flag or FastHook.TryLock && !hasFast)
            {
                continue;
            }
            bool bitmap = rules.Fast is FastHook.BitmapFlagged or FastHook.BitmapOrBail;
            bool failed = (mask & Failed) != 0;
            fanOut.Add(new AgeAnswer((mask & (Young | Fast)) != 0 ? 1UL : 0, (mask & Fast) != 0 ? 1UL : 0, failed));
            flags = bitmap ? flags | mask : 0;
        }
        string? problem = null;
        if (node.Find("ret") is { } expected)
        {
            ulong result = flags != 0 ? flags : fanOut.Result.Failed ? Failed : fanOut.Result.Young;
            problem = KvmCases.Compare("ret", MaskOf(node, expected, out _), result);
        }
        return problem ?? (node.Text("calls") is { } calls ? KvmCases.Compare("calls", node.ParseNumber(calls), (ulong)fanOut.Calls) : null);
    }

    private static KvmRules RulesOf(KvmVectorNode node, string hook, out string verb)
    {
        verb = hook;
        if (node.Text("policy") is { } named)
        {
            return AgingPolicies.Get(named).Kvm;
        }
        int end = hook.IndexOf('_', StringComparison.Ordinal);
        string? policy = (end < 0 ? "" : hook[..end]) switch
        {
            "v2" => "yz_v2",
            "v3" => "jh_v3",
            "v4" => "jh_v4",
            "v5" => "jh_v5",
            "v6" => "jh_v6",
            "v7" => "jh_v7",
            "v8" => "jh_v8",
            "sc" => "sc_flag",
            _ => null,
        };
        if (policy is null)
        {
            return AgingPolicies.Get("mainline_6_15").Kvm;
        }
        verb = hook[(end + 1)..];
        return AgingPolicies.Get(policy).Kvm;
    }

    private static ulong MaskOf(KvmVectorNode node, YamlNode value, out bool hasFast)
    {
        hasFast = true;
        if (value is YamlMappingNode)
        {
            var fields = new KvmVectorNode(value, "subs");
            hasFast = fields.Flag("hf", true);
            YamlNode young = fields.Get("young");
            fields.RejectOthers();
            return MaskOf(node, young, out _);
        }
        string text = node.ScalarOf(value);
        return text switch
        {
            "FAILED" => Failed,
            "UNRELIABLE" or "BITMAP_UNRELIABLE" => Unreliable,
            "YOUNG" => Young,
            "FAST" or "YOUNG_FAST" or "LOCKLESS" or "FAST_YOUNG" => Fast,
            _ => node.ParseNumber(text),
        };
    }
}
