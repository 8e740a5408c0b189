namespace SecondLook.Ingest.Meaning;

/// <summary>What a thread does, told by its name (trace-formats.md 1.6).</summary>
internal static class TaskRole
{
    /// <summary>Role and vCPU number of a name.</summary>
    /// <returns>A null role when the name says nothing; vCPU -1 when it has no number.</returns>
    public static (string? Role, int Vcpu) Of(ReadOnlySpan<byte> comm)
    {
        if (comm.StartsWith("kswapd"u8))
        {
            return ("kswapd", -1);
        }
        if (comm.StartsWith("kdamond"u8))
        {
            return ("kdamond", -1);
        }
        if (comm.StartsWith("khugepaged"u8))
        {
            return ("khugepaged", -1);
        }
        if (comm.StartsWith("CPU "u8) && comm.IndexOf((byte)'/') > 4)
        {
            return ("vcpu", Number(comm[4..]));
        }
        int vcpu = comm.IndexOf("vcpu"u8);
        vcpu = vcpu < 0 ? comm.IndexOf("VCPU"u8) : vcpu;
        if (vcpu >= 0)
        {
            int number = Number(comm[(vcpu + 4)..].TrimStart("-_ "u8));
            return number >= 0 ? ("vcpu", number) : (null, -1);
        }
        return comm.StartsWith("qemu-"u8) || comm.StartsWith("crosvm"u8) || comm.StartsWith("firecracker"u8)
            || comm.StartsWith("cloud-hyperviso"u8) || comm.StartsWith("kvmtool"u8) || comm.StartsWith("lkvm"u8)
            ? ("vmm", -1)
            : (null, -1);
    }

    private static int Number(ReadOnlySpan<byte> text)
    {
        int at = 0;
        return Text.Digits.TryReadId(text, ref at, out int value) ? value : -1;
    }
}
