namespace SecondLook.Replay.Mmu;

/// <summary>How the answers of several subscribers become one.</summary>
public enum FanOutRule
{
    /// <summary>Ask all, OR the answers: every merged clear.</summary>
    AskAll,

    /// <summary>Stop at the first young answer: every merged test.</summary>
    StopAtYoung,

    /// <summary>Ask all, keep the last answer, stop at a failure: fast clear of v5 as posted.</summary>
    LastWins,

    /// <summary>Keep the last answer, stop at a failure or at young: fast test of v5 as posted.</summary>
    LastWinsStopAtYoung,

    /// <summary>OR the answers, stop at a failure: what v5 was meant to do.</summary>
    OrStopAtFailure,

    /// <summary>OR the answers, stop at a failure or at young.</summary>
    OrStopAtFailureOrYoung,
}

/// <summary>Collects the answers of subscribers in order; each of up to 64 pages stops on its own.</summary>
/// <remarks>
/// Models: the loops over subscriptions in mm/mmu_notifier.c, merged and of series v5.
/// Omits: nothing.
/// </remarks>
public struct FanOut
{
    private readonly FanOutRule _rule;

    /// <summary>Starts a collection.</summary>
    /// <param name="rule">How answers combine.</param>
    /// <param name="asked">Bit i set: page i is asked.</param>
    public FanOut(FanOutRule rule, ulong asked)
    {
        _rule = rule;
        Remaining = asked;
    }

    /// <summary>Pages that the next subscriber is asked about.</summary>
    public ulong Remaining { get; private set; }

    /// <summary>The combined answer so far.</summary>
    public AgeAnswer Result { get; private set; }

    /// <summary>Subscribers that answered.</summary>
    public int Calls { get; private set; }

    /// <summary>The rule of a hook under some rules.</summary>
    public static FanOutRule RuleFor(AgeKind kind, KvmRules rules) => kind switch
    {
        AgeKind.Clear => FanOutRule.AskAll,
        AgeKind.Test => FanOutRule.StopAtYoung,
        AgeKind.FastClear when rules.Fast == FastHook.FailingHook => rules.LastSubscriberWins ? FanOutRule.LastWins : FanOutRule.OrStopAtFailure,
        AgeKind.FastTest when rules.Fast == FastHook.FailingHook =>
            rules.LastSubscriberWins ? FanOutRule.LastWinsStopAtYoung : FanOutRule.OrStopAtFailureOrYoung,
        AgeKind.FastTest => rules.Fast == FastHook.BitmapFlagged ? FanOutRule.AskAll : FanOutRule.StopAtYoung,
        _ => FanOutRule.AskAll,
    };

    /// <summary>Adds the answer of the next subscriber.</summary>
    public void Add(AgeAnswer answer)
    {
        Calls++;
        bool stopsAtFailure = _rule is not (FanOutRule.AskAll or FanOutRule.StopAtYoung);
        if (answer.Failed && stopsAtFailure)
        {
            // A failure replaces what came before; bits already cleared stay cleared.
            Result = new AgeAnswer(0, 0, Failed: true);
            Remaining = 0;
            return;
        }
        bool lastWins = _rule is FanOutRule.LastWins or FanOutRule.LastWinsStopAtYoung;
        Result = lastWins
            ? new AgeAnswer((Result.Young & ~Remaining) | answer.Young, (Result.Fast & ~Remaining) | answer.Fast, false)
            : new AgeAnswer(Result.Young | answer.Young, Result.Fast | answer.Fast, Result.Failed | answer.Failed);
        if (_rule is FanOutRule.StopAtYoung or FanOutRule.LastWinsStopAtYoung or FanOutRule.OrStopAtFailureOrYoung)
        {
            Remaining &= ~answer.Young;
        }
    }
}
