// A C# program around a circuit: `dotnet run scripts/host.cs` (add `-c Release` before the file to learn at full speed).
// A synthetic scene gives filter responses with heavy tails; a population of rectified interneurons learns, online, to turn them into Gaussian
// responses, and then serves as a model of the stimuli. Expected: KS 0.005 (0.18 before learning) and a transport gap below 0.0001.
#:project ../src/Interneuron/Interneuron.csproj
// Circuits compile their potentials while the program runs, which the ahead-of-time setting of file-based programs forbids.
#:property PublishAot=false

using Interneuron;

// The stimuli: the pyramid's finest coefficients in one orientation, n x 1, in units of their standard deviation.
Image scene = Image.FromScene(seed: 1);
Grid stimuli = Coefficients.Single(scene);
Console.WriteLine($"stimuli        {stimuli.Rows:n0} of kurtosis {Measure.Kurtosis(stimuli.Column(0)):f1}");

// Learning, in the background; Ctrl-C ends it with what was learned so far.
using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupt.Cancel();
};
Circuit naive = Circuit.Start(Potentials.ThresholdLinear, stimuli);
var progress = new ProgressBar();
TrainedCircuit trained = await Learner.TrainAsync(naive, stimuli, new LearnerOptions { Seed = 7 }, progress, interrupt.Token);
Circuit circuit = trained.EnsureConverged().Circuit;
Console.WriteLine($"learning       {trained.Ending}: {trained.Steps:n0} steps in {trained.Elapsed.TotalSeconds:f1} s");

// What it learned: the interneurons with the largest gains.
Console.WriteLine($"interneurons   {circuit.Interneurons}, the strongest with");
foreach (int i in Enumerable.Range(0, circuit.Interneurons).OrderByDescending(i => circuit.Gains[i]).Take(4))
{
    Console.WriteLine($"                 gain {circuit.Gains[i]:f3}, threshold {circuit.Theta[i, 0]:f2}, weight {circuit.W[0, i]:+0;-0}");
}

// How good it is: the distribution of the responses, and the distance from optimal transport.
double[] responses = circuit.Respond(stimuli).EnsureConverged().R.Column(0);
Console.WriteLine($"KS to N(0, 1)  {Measure.Ks(stimuli.Column(0), circuit.Target):f4} before, {Measure.Ks(responses, circuit.Target):f4} after");
Console.WriteLine($"transport gap  {naive.TransportGap(stimuli):f5} before, {circuit.TransportGap(stimuli):f5} after");

// The other way round it is a model of the stimuli: it draws new ones and says how likely given ones are.
Grid samples = circuit.Sample(100_000, seed: 1);
Console.WriteLine($"samples        100,000 of kurtosis {Measure.Kurtosis(samples.Column(0)):f1}");
Console.WriteLine($"log density    {naive.LogDensity(stimuli).Average():f3} nats a stimulus before, {circuit.LogDensity(stimuli).Average():f3} after");

/// <summary>One line on a terminal that says how far learning is; nothing where the output goes to a file.</summary>
internal sealed class ProgressBar : IProgress<LearningProgress>
{
    public void Report(LearningProgress at)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r{100.0 * at.Step / at.Steps,3:f0} %  J = {at.J:f5} {(at.Step == at.Steps ? "\n" : "")}");
        }
    }
}
