using System.Globalization;
using Marketplace.Replayer;

// A training command of 'trainer run --train-command': it gets the round's folder, and the file at which to write a trained model.
if (args is not [var folder, var trained])
{
    Console.Error.WriteLine("usage: Marketplace.Replayer ROUND-FOLDER TRAINED-FILE");
    return 2;
}

// It knows the model before this one from the folder of the round before, whose name ends in a number that is one less.
byte[] current = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
int dash = folder.LastIndexOf('-');
int round = int.Parse(folder.AsSpan(dash + 1), CultureInfo.InvariantCulture);
string earlier = Path.Combine($"{folder[..dash]}-{round - 1}", "model.safetensors");
File.WriteAllBytes(trained, File.Exists(earlier) ? Extrapolation.Of(File.ReadAllBytes(earlier), current) : current);
return 0;
