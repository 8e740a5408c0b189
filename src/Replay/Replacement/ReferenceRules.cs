using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement;

/// <summary>The reference check of classic lists and of old generations.</summary>
/// <remarks>Models: folio_check_references of mm/vmscan.c. Omits: the caller's ignore_references, which skips it.</remarks>
internal static class ReferenceRules
{
    /// <param name="flags">The folio's; the referenced flag is read, then cleared or set.</param>
    /// <param name="referenced">Mappings found young; -1 if the test could not be made.</param>
    /// <param name="mlocked">A mapping is mlocked.</param>
    /// <param name="clearFirst">The flag is cleared before the first two rows.</param>
    /// <param name="cleanResult">A referenced file folio without young mapping is told apart.</param>
    public static RefCheck Classic(ref FolioFlags flags, int referenced, bool mlocked, bool clearFirst, bool cleanResult)
    {
        bool flag = (flags & FolioFlags.Referenced) != 0;
        bool anon = (flags & FolioFlags.SwapBacked) != 0;
        if (clearFirst || (!mlocked && referenced >= 0))
        {
            flags &= ~FolioFlags.Referenced;
        }
        if (mlocked)
        {
            return RefCheck.Activate;
        }
        if (referenced < 0)
        {
            return RefCheck.Keep;
        }
        if (referenced > 0)
        {
            flags |= FolioFlags.Referenced;
            return flag || referenced > 1 || (!anon && (flags & FolioFlags.ExecFile) != 0) ? RefCheck.Activate : RefCheck.Keep;
        }
        return flag && !anon && cleanResult ? RefCheck.ReclaimClean : RefCheck.Reclaim;
    }
}
