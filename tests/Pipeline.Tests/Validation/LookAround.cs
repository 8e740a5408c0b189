namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>The calls of one reclaim batch parsed into targets and the neighbours that look-around asked (rule R12 of inference.md section 2, used backwards).</summary>
/// <remarks>
/// Isolated pages are never neighbours on 7.2, and a run of neighbours may end in the next target: of all parses the one is taken that needs the
/// fewest exceptions from the rules (a target kept although old, a neighbour that is a target elsewhere, a page of the window not asked). 6.12 asks
/// the target itself a second time, which leaves little to guess.
/// </remarks>
internal sealed class LookAround
{
    private const int Rounds = 10;
    private readonly List<CallsPredicted.Call> _calls;
    private readonly bool _asksTargetAgain;
    private HashSet<int> _isolated = [];

    private LookAround(List<CallsPredicted.Call> calls, bool asksTargetAgain)
    {
        _calls = calls;
        _asksTargetAgain = asksTargetAgain;
    }

    public List<CallsPredicted.Call> Targets { get; } = [];

    public long Windows { get; private set; }

    public long Exact { get; private set; }

    public static LookAround Parse(List<CallsPredicted.Call> calls, bool asksTargetAgain)
    {
        LookAround parse = new(calls, asksTargetAgain);
        foreach (CallsPredicted.Call call in calls)
        {
            if (call.Unmapped)
            {
                parse._isolated.Add(call.Page);
            }
        }
        int[] best = [];
        (double Cost, HashSet<int> Isolated) kept = (double.MaxValue, []);
        for (int round = 0; round < Rounds; round++)
        {
            int[] run = parse.Cheapest(out double cost);
            if (cost < kept.Cost)
            {
                kept = (cost, parse._isolated);
                best = run;
            }
            HashSet<int> targets = [];
            Dictionary<int, int> leftOut = [];
            for (int i = 0; i < calls.Count; i += 1 + run[i])
            {
                targets.Add(calls[i].Page);
                if (LooksAround(calls[i]) && calls[i].Young == true)
                {
                    HashSet<int> asked = [.. calls.GetRange(i + 1, run[i]).Select(c => c.Page)];
                    foreach (int page in calls[i].Window)
                    {
                        leftOut[page] = leftOut.GetValueOrDefault(page) + (asked.Contains(page) ? -1 : 1);
                    }
                }
            }
            // A page that more windows leave out than ask was isolated, whatever its only call was taken for.
            targets.UnionWith(leftOut.Where(p => p.Value > 0).Select(p => p.Key));
            if (targets.SetEquals(parse._isolated))
            {
                break;
            }
            parse._isolated = targets;
        }
        parse._isolated = kept.Isolated;
        for (int i = 0; i < calls.Count; i += 1 + best[i])
        {
            parse.Targets.Add(calls[i]);
            if (LooksAround(calls[i]) && (calls[i].Young == true || best[i] > 0))
            {
                parse.Windows++;
                parse.Exact += parse.Exceptions(i, best[i]) == 0 ? 1 : 0;
            }
        }
        return parse;
    }

    private static bool LooksAround(CallsPredicted.Call target) => !target.Unmapped && target.Page >= 0 && target.Young != false;

    // For each position, taken as a target, how many calls behind it are its neighbours in the parse with the fewest exceptions behind it.
    private int[] Cheapest(out double all)
    {
        double[] cost = new double[_calls.Count + 1];
        int[] run = new int[_calls.Count];
        for (int i = _calls.Count - 1; i >= 0; i--)
        {
            CallsPredicted.Call target = _calls[i];
            cost[i] = cost[i + 1] + (target.Unmapped || target.Page < 0 || target.Young == true ? 0 : 2);
            if (!LooksAround(target))
            {
                continue;
            }
            cost[i] = double.MaxValue;
            int last = -1;
            for (int k = 0; ; k++)
            {
                // Shadow MMU and arm64: a page kept without neighbours may well have been old.
                double own = 0.01 + Exceptions(i, k) + (target.Young is null && k == 0 ? 1 : 0);
                if (own + cost[i + 1 + k] < cost[i])
                {
                    cost[i] = own + cost[i + 1 + k];
                    run[i] = k;
                }
                int next = i + 1 + k;
                if (next >= _calls.Count || _calls[next].Unmapped || _calls[next].Page <= last || Array.IndexOf(target.Window, _calls[next].Page) < 0
                    || (!_asksTargetAgain && _calls[next].Page == target.Page))
                {
                    break;
                }
                last = _calls[next].Page;
            }
        }
        all = cost[0];
        return run;
    }

    private int Exceptions(int at, int length)
    {
        CallsPredicted.Call target = _calls[at];
        int exceptions = 0;
        int next = at + 1;
        foreach (int page in target.Window)
        {
            bool asked = next <= at + length && _calls[next].Page == page;
            next += asked ? 1 : 0;
            bool own = page == target.Page;
            bool isolated = !_asksTargetAgain && (own || _isolated.Contains(page));
            bool mayBeLeftOut = isolated || (!_asksTargetAgain && target.Fresh.Contains(page));
            exceptions += asked ? isolated ? 1 : 0 : mayBeLeftOut ? 0 : 1;
        }
        return exceptions;
    }
}
