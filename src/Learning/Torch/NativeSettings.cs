using System.Runtime.InteropServices;

namespace Marketplace.Learning.Torch;

/// <summary>
/// Settings of the process that libtorch's libraries read once, when they are loaded. Linux with glibc only; elsewhere nothing is done.
/// </summary>
internal static partial class NativeSettings
{
    private const int TrimThreshold = -1, MmapThreshold = -3; // M_TRIM_THRESHOLD, M_MMAP_THRESHOLD
    private const int LargestMmapThreshold = 32 << 20; // what glibc takes at most
    private const int KeptBytes = 128 << 20;

    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            // Threads that spin while they wait for work take the processor from everybody else's; the runtime's own copy of the
            // environment does not reach native libraries. A user's own setting stays.
            _ = SetEnvironmentVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);

            // Tensors of a batch come and go with every layer; by default glibc would give their pages back to the system each time.
            _ = SetMallocOption(MmapThreshold, LargestMmapThreshold);
            _ = SetMallocOption(TrimThreshold, KeptBytes);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library; it only costs speed.
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int option, int value);
}
