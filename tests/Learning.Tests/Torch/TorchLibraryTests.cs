using System.Runtime.InteropServices;
using Marketplace.Learning.Torch;
using Marketplace.Testing.Files;

namespace Marketplace.Learning.Tests.Torch;

/// <summary>Where libtorch is looked for, and what is said when it is not there.</summary>
public sealed class TorchLibraryTests
{
    [Fact]
    public void A_folder_that_the_user_names_comes_first_but_may_leave_the_wrapper_to_others()
    {
        using var folder = new TemporaryFolder();
        string other = folder["other"];
        string own = TorchLibrary.FileName("torch"), wrapper = TorchLibrary.FileName("LibTorchSharp");
        folder.Write(own, "");
        folder.Write($"other/{own}", "");
        folder.Write($"other/{wrapper}", "");
        Assert.Equal((folder[own], Path.Combine(other, wrapper)), TorchLibrary.Locate(folder.Path, [other]));
        Assert.Equal((Path.Combine(other, own), Path.Combine(other, wrapper)), TorchLibrary.Locate(null, [folder.Path + "-none", other]));
    }

    [Fact]
    public void What_is_missing_is_said_in_one_sentence_that_says_what_to_do()
    {
        using var folder = new TemporaryFolder();
        string named = Assert.Throws<PlatformNotSupportedException>(() => TorchLibrary.Locate(folder.Path, [])).Message;
        Assert.Equal($"MARKETPLACE_LIBTORCH names '{folder.Path}', but {TorchLibrary.FileName("torch")} of libtorch 2.10 is not there.", named);
        string platform = Assert.Throws<PlatformNotSupportedException>(() => TorchLibrary.Locate(null, [folder.Path])).Message;
        Assert.Contains($"for {RuntimeInformation.RuntimeIdentifier}, so it cannot train or evaluate; set MARKETPLACE_LIBTORCH", platform);
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused_and_auto_takes_what_is()
    {
        Assert.Equal("cpu, 1 thread", TorchEngine.Cpu.Describe());
        Assert.Equal("cpu, 2 threads", new TorchEngine(threads: 2).Describe());
        if (new TorchEngine(TorchDevice.Auto).Describe().StartsWith("cuda", StringComparison.Ordinal))
            return;
        string message = Assert.Throws<PlatformNotSupportedException>(() => new TorchEngine(TorchDevice.Cuda).Describe()).Message;
        Assert.Contains("There is no CUDA device", message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TorchEngine(threads: 0));
    }

    [Fact]
    public void The_wrappers_marker_of_a_newer_library_is_made_optional_by_one_bit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SKIPPED: symbol versions are a matter of Linux.");
        byte[] file = File.ReadAllBytes(TorchLibrary.Locate(null, TorchLibrary.Folders()).Wrapper), changed = [.. file];
        Assert.False(ElfVersions.MakeOptional(changed, "GLIBCXX_9.9.9"));
        Assert.Equal(file, changed);
        Assert.True(ElfVersions.MakeOptional(changed, "GLIBCXX_3.4.32"));
        int at = Assert.Single(Enumerable.Range(0, file.Length), i => file[i] != changed[i]);
        Assert.Equal(file[at] | 2, changed[at]);
    }

    [Fact]
    public void Waiting_threads_are_told_to_sleep()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SKIPPED: the setting reaches native libraries on Linux only.");
        TorchLibrary.EnsureLoaded();
        Assert.NotNull(Marshal.PtrToStringUTF8(GetEnvironmentVariable("OMP_WAIT_POLICY")));
    }

    [DllImport("libc", EntryPoint = "getenv")]
    private static extern nint GetEnvironmentVariable(string name);
}
