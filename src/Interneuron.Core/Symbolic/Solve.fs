namespace Interneuron.Core.Symbolic

open System

/// Zeros of formulas of one variable, as formulas of the others.
[<RequireQualifiedAccess>]
module internal Solve =
    let private zero = Expr.constant 0.0

    let private degree = 8

    /// The formula with something else in the variable's place.
    let at (variable: string) (place: Expr) (e: Expr) : Expr =
        e |> Expr.substitute (fun name -> if name = variable then Some place else None)

    let dependsOn (variable: string) (e: Expr) : bool =
        e
        |> Expr.fold (fun node parts ->
            match node.Node with
            | Variable name -> name = variable
            | _ -> List.exists id parts)

    let private (|Whole|_|) (p: Expr) =
        match p.Node with
        | Constant n when n = Math.Floor n && n >= 1.0 && n <= float degree -> Some(int n)
        | _ -> None

    let private times (a: Expr list) (b: Expr list) =
        [ for k in 0 .. a.Length + b.Length - 2 ->
              Expr.sum [ for i in max 0 (k - b.Length + 1) .. min k (a.Length - 1) -> Expr.product [ a[i]; b[k - i] ] ] ]

    let private plus (a: Expr list) (b: Expr list) =
        let term (c: Expr list) k = if k < c.Length then c[k] else zero
        [ for k in 0 .. max a.Length b.Length - 1 -> term a k + term b k ]

    /// The coefficients of a polynomial of the variable, the constant first and the last not 0; None for what is none, or is of a degree
    /// above 8.
    let polynomial (variable: string) (e: Expr) : Expr list option =
        let bounded c =
            if List.length c <= degree + 1 then Some c else None

        let all combine (parts: Expr list option list) =
            parts |> List.reduce (fun a b -> Option.map2 combine a b |> Option.bind bounded)

        e
        |> Expr.fold (fun node parts ->
            let isStill part =
                match part with
                | Some [ _ ] -> true
                | _ -> false

            match node.Node with
            | Variable name when name = variable -> Some [ zero; Expr.constant 1.0 ]
            | _ when List.forall isStill parts -> Some [ node ]
            | Sum _ -> all plus parts
            | Product _ -> all times parts
            | Power(_, Whole n) -> all times (List.replicate n (List.head parts))
            | _ -> None)
        |> Option.map (fun c ->
            match List.tryFindIndexBack (fun x -> x <> zero) c with
            | Some last -> List.take (last + 1) c
            | None -> [])

    let private isZero (e: Expr) = (e = zero)

    /// The places of the variable at which a formula has the value, among others where it may not; None where they cannot be told. A place
    /// that does not exist for some values of the other variables is not a number there.
    let rec private places (variable: string) (e: Expr) (value: Expr) : Expr list option =
        let solve = places variable
        let depends = dependsOn variable

        let several (parts: Expr list option list) =
            if List.forall Option.isSome parts then
                Some(List.collect Option.get parts)
            else
                None

        let alone (parts: Expr list) (rest: Expr list -> Expr) =
            match List.partition depends parts with
            | [ moving ], still -> solve moving (rest still)
            | _ -> None

        match polynomial variable (e - value) with
        | Some []
        | Some [ _ ] -> Some []
        | Some [ c; b ] -> Some [ -(c / b) ]
        | Some [ c; b; a ] when isZero b ->
            let root = sqrt (-(c / a))
            Some(if isZero root then [ zero ] else [ root; -root ])
        | Some [ c; b; a ] ->
            let root = sqrt (b ** 2.0 - 4.0 * a * c)
            Some [ (-b + root) / (2.0 * a); (-b - root) / (2.0 * a) ]
        | _ ->
            match e.Node with
            | Product factors when isZero value -> factors |> List.filter depends |> List.map (fun f -> solve f zero) |> several
            | Product factors -> alone factors (fun still -> value / Expr.product still)
            | Sum terms -> alone terms (fun still -> value - Expr.sum still)
            | Power(b, p) when not (depends p) && isZero value -> solve b zero
            | Power(b, p) when not (depends p) ->
                match p.Node with
                | Constant n when n = Math.Floor n && n % 2.0 = 0.0 ->
                    let root = Expr.power value (1.0 / p)
                    several [ solve b root; solve b -root ]
                | Constant n when n = Math.Floor n -> solve b (Expr.sign value * Expr.power (Expr.abs value) (1.0 / p))
                | _ -> solve b (Expr.power value (1.0 / p))
            | Apply(f, [ x ]) when not f.Smoothness.IsBends ->
                f.Inverse value
                |> Option.bind (fun arguments -> arguments |> List.map (solve x) |> several)
            | Apply(f, arguments) when f.Smoothness.IsBends ->
                let pieces = f.Pieces(Expr.operations, arguments)

                [ pieces.Above; pieces.Below ]
                |> List.filter depends
                |> List.map (fun x -> solve x value)
                |> several
            | IfLess(a, b, c, d) ->
                several
                    [ solve (a - b) zero
                      yield! [ c; d ] |> List.filter depends |> List.map (fun x -> solve x value) ]
            | _ -> None

    /// The zeros of a formula of the variable, among others where it may have none.
    let zeros (variable: string) (e: Expr) : Expr list option =
        places variable e zero |> Option.map List.distinct
