namespace Interneuron.Derivation.Formulas

open System
open Interneuron.Core.Symbolic

/// A population of neurons, told by its name.
[<CustomEquality; CustomComparison>]
type Population =
    {
        /// The name.
        Name: string
        /// The letters of its indices, at least one; after them the first goes on with numbers: a, b, a_1, a_2.
        Letters: string list
    }

    override this.Equals other =
        obj.ReferenceEquals(this, other)
        || match other with
           | :? Population as p -> String.Equals(p.Name, this.Name)
           | _ -> false

    // Models have a few.
    override this.GetHashCode() =
        this.Name.Length + 31 * int this.Name[0]

    interface IComparable with
        member this.CompareTo other =
            match other with
            | :? Population as p -> String.CompareOrdinal(this.Name, p.Name)
            | _ -> 1

/// An index: a letter, and the population that it runs over.
[<CustomEquality; CustomComparison>]
type Index =
    {
        /// Its letter, such as a or a_1.
        Name: string
        /// What it runs over.
        Over: Population
    }

    override this.Equals other =
        match other with
        | :? Index as i -> String.Equals(i.Name, this.Name) && this.Over.Equals i.Over
        | _ -> false

    // Letters, some with a number.
    override this.GetHashCode() =
        let last = this.Name.Length - 1

        int this.Name[0]
        + 31 * int this.Name[last]
        + 961 * (last + 32 * this.Over.GetHashCode())

    interface IComparable with
        member this.CompareTo other =
            match other with
            | :? Index as i ->
                match String.CompareOrdinal(this.Name, i.Name) with
                | 0 when obj.ReferenceEquals(this.Over, i.Over) -> 0
                | 0 -> compare this.Over i.Over
                | order -> order
            | _ -> 1

/// The populations of the circuit of theory, section 1: what models are of that declare none.
[<RequireQualifiedAccess>]
module Population =
    /// N primary neurons, indices a, b, c, d, a_1, a_2 and so on.
    let primary: Population =
        { Name = "primary"
          Letters = [ "a"; "b"; "c"; "d" ] }

    /// K interneurons, indices i, j, k, l, i_1, i_2 and so on.
    let interneurons: Population =
        { Name = "interneuron"
          Letters = [ "i"; "j"; "k"; "l" ] }

/// The letters of indices.
[<RequireQualifiedAccess>]
module Index =
    /// A population's indices, endlessly many.
    let all (population: Population) : Index seq =
        let known = List.toArray population.Letters

        Seq.initInfinite (fun n ->
            { Name =
                (if n < known.Length then
                     known[n]
                 else
                     $"{known[0]}_{n - known.Length + 1}")
              Over = population })

    /// The index of a population that comes first.
    let first (population: Population) : Index = Seq.head (all population)

    /// The first index of a population that is not taken.
    let internal apart (taken: Set<Index>) (population: Population) : Index =
        all population |> Seq.find (fun index -> not (taken.Contains index))

    /// The index of a letter, by the population that the letter stands for.
    let tryOf (populations: Population list) (letter: string) : Index option =
        let head, isNumbered =
            match letter.Split '_' with
            | [| head; number |] -> head, number <> "" && number[0] <> '0' && Seq.forall Char.IsAsciiDigit number
            | _ -> letter, true

        populations
        |> List.tryFind (fun population -> List.contains head population.Letters)
        |> Option.filter (fun over -> isNumbered && (head = letter || head = over.Letters.Head))
        |> Option.map (fun over -> { Name = letter; Over = over })

/// A scalar function with a name, such as a potential F(theta, z): its body is a formula of its arguments. Its derivatives and its average
/// over the target keep its name.
[<CustomEquality; NoComparison>]
type Function =
    {
        /// The name of the function that was differentiated; empty for a formula that is applied as it stands.
        Name: string
        /// The names of its arguments.
        Arguments: string list
        /// The arguments it was differentiated by, in alphabetical order.
        By: string list
        /// Whether it is the average over the target, of the arguments that are left then.
        IsMean: bool
        /// The derivative or the average itself.
        Body: Expr
    }

    override this.Equals other =
        match other with
        | :? Function as f ->
            f.Name = this.Name
            && f.Arguments = this.Arguments
            && f.By = this.By
            && f.IsMean = this.IsMean
            && f.Body = this.Body
        | _ -> false

    override this.GetHashCode() = hash (this.Name, this.By, this.IsMean)

/// Functions and their derivatives.
[<RequireQualifiedAccess>]
module Function =
    /// A function of a name and its arguments.
    let define (name: string) (arguments: string list) (body: Expr) : Function =
        { Name = name
          Arguments = arguments
          By = []
          IsMean = false
          Body = body }

    /// The derivative by one of its arguments.
    let derivative (argument: string) (f: Function) : Function =
        { f with
            By = List.sort (argument :: f.By)
            Body = Differentiate.diff argument f.Body }

    /// How it is written, and what else than z it was differentiated by: f for dF/dz, f' for its derivative, and F with [theta] for
    /// dF/dtheta.
    let name (f: Function) : string * string list =
        match f.By |> List.partition ((=) "z") with
        | [], others -> f.Name, others
        | byZ, others ->
            let lower =
                if f.Name.Length = 1 && Char.IsUpper f.Name[0] then
                    f.Name.ToLowerInvariant()
                else
                    f.Name + "'"

            lower + String.replicate (byZ.Length - 1) "'", others

    /// The order of functions: by name, by what they were differentiated by, and by formula; the same in every run.
    let internal compare (f: Function) (g: Function) : int =
        match String.CompareOrdinal(f.Name, g.Name) with
        | 0 ->
            match compare (f.Arguments, f.By, f.IsMean) (g.Arguments, g.By, g.IsMean) with
            | 0 -> Expr.compare f.Body g.Body
            | order -> order
        | order -> order
