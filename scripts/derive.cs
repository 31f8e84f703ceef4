// A C# program that derives a circuit from an objective: `dotnet run scripts/derive.cs`.
// An energy is written with ordinary operators; the neural dynamics and the learning rules follow, with the verdict whether each is local and a check of
// each against two other ways to the same gradient. Expected: three local rules, errors of about 1e-13 and 1e-7; then a loss whose rules are not local.
#:project ../src/Interneuron/Interneuron.csproj
#:property PublishAot=false

using Interneuron;

NeuronIndex a = NeuronIndex.Primary("a"), i = NeuronIndex.Interneuron("i");
IndexedFormula r = IndexedFormula.Response(a), s = IndexedFormula.Stimulus(a), leak = IndexedFormula.Parameter("leak");
IndexedFormula g = IndexedFormula.Parameter("g", i), theta = IndexedFormula.Parameter("theta", i), w = IndexedFormula.Parameter("W", a, i);
IndexedFormula z = IndexedFormula.Sum(a, w * r);

// A saturating activation, tanh(theta z)/theta, and the leak that it needs.
Potential saturating = Potential.Define("saturating", new Parameter("theta", 0.5, 4, (1, 2)), (t, x) => Formula.Log(Formula.Cosh(t * x)) / (t * t));
Model circuit = Model
    .Energy(IndexedFormula.Sum(i, g * IndexedFormula.Potential(saturating, theta, z)) + (leak * IndexedFormula.Sum(a, r * r) / 2) - IndexedFormula.Sum(a, s * r))
    .WithConstant("leak", 1)
    .Learning("g", [i], Constraint.NonNegative)
    .Learning("theta", [i], Constraint.Between(0.5, 4))
    .Learning("W", [a, i], Constraint.UnitColumns);
Print("transport to a Gaussian", circuit);

// The same circuit made to reproduce its stimulus: the gradient goes through the inverse Hessian, which no neuron has.
Print("reconstruction", circuit.WithLoss(IndexedFormula.Sum(a, (r - s) * (r - s)) / 2));

static void Print(string title, Model model)
{
    DerivedModel derived = model.Derive();
    Console.WriteLine($"{title}\n  tau dr[a]/dt = {string.Join(" + ", derived.Dynamics)}");
    foreach (var (rule, check) in derived.Rules.Zip(derived.Certify().Rules))
    {
        string subtracted = rule.Target is { } mean ? $" - {mean}" : "";
        string why = rule.OffendingTerm is { } term ? $", because of {term}" : "";
        Console.WriteLine($"  d{rule.Parameter} ~ {rule.Online}{subtracted}");
        Console.WriteLine($"    {rule.Locality}{why}; errors {check.DualError:e1} to duals, {check.DifferenceError:e1} to differences");
    }
}
