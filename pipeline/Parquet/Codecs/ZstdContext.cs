using System.Runtime.InteropServices;

namespace SecondLook.Parquet.Codecs;

/// <summary>A native compression or decompression context, kept as long as its writer or reader.</summary>
internal sealed class ZstdContext : SafeHandle
{
    private readonly bool _compresses;

    /// <summary>Creates a context.</summary>
    /// <param name="compresses">True to compress, false to decompress.</param>
    public ZstdContext(bool compresses)
        : base(0, ownsHandle: true)
    {
        _compresses = compresses;
        SetHandle(compresses ? Zstd.ZSTD_createCCtx() : Zstd.ZSTD_createDCtx());
        if (IsInvalid)
        {
            throw new InvalidOperationException("Zstandard could not allocate a context.");
        }
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _ = _compresses ? Zstd.ZSTD_freeCCtx(handle) : Zstd.ZSTD_freeDCtx(handle);
        return true;
    }
}
