/// The public surface of an assembly: as text, one line a member, and as the set of types that its signatures mention.
module Interneuron.Facade.Tests.Surface

open System
open System.Reflection

let private everyone =
    BindingFlags.Public
    ||| BindingFlags.Instance
    ||| BindingFlags.Static
    ||| BindingFlags.DeclaredOnly

let private known =
    dict
        [ typeof<unit>, "unit"
          typeof<Void>, "void"
          typeof<int>, "int"
          typeof<double>, "double"
          typeof<bool>, "bool"
          typeof<string>, "string"
          typeof<obj>, "object" ]

/// A type as C# writes it, with the question mark of a reference that may be null.
let rec private written (info: NullabilityInfo) : string =
    let t = info.Type

    let mark =
        if not t.IsValueType && info.ReadState = NullabilityState.Nullable then
            "?"
        else
            ""

    match known.TryGetValue t, info.ElementType, Nullable.GetUnderlyingType t with
    | (true, name), _, _ -> name + mark
    | _, NonNull element, _ when t.IsArray -> $"""{written element}[{String(',', t.GetArrayRank() - 1)}]{mark}"""
    | _, _, NonNull value -> $"{nameOf value}?"
    | _ when t.IsGenericType ->
        let inside = info.GenericTypeArguments |> Array.map written |> String.concat ", "
        $"""{t.Name.Split('`')[0]}<{inside}>{mark}"""
    | _ -> t.Name + mark

/// A type as C# writes it, where null plays no part.
and private nameOf (t: Type) : string =
    match known.TryGetValue t with
    | true, name -> name
    | _ when t.IsByRef ->
        t.GetElementType()
        |> Option.ofObj
        |> Option.map nameOf
        |> Option.defaultValue ""
    | _ when t.IsGenericType ->
        let inside = t.GetGenericArguments() |> Array.map nameOf |> String.concat ", "
        $"""{t.Name.Split('`')[0]}<{inside}>"""
    | _ -> t.Name

let private nullability = NullabilityInfoContext()

let private parametersOf (m: MethodBase) =
    m.GetParameters()
    |> Array.map (fun p ->
        let name =
            if p.ParameterType.IsByRef then
                (if p.IsOut then "out " else "ref ") + nameOf p.ParameterType
            else
                written (nullability.Create p)

        let fallback =
            if not p.HasDefaultValue then
                ""
            else
                match p.DefaultValue with
                | null ->
                    if p.ParameterType.IsValueType then
                        " = default"
                    else
                        " = null"
                | value -> String.Format(Globalization.CultureInfo.InvariantCulture, " = {0}", value)

        $"{name} {p.Name}{fallback}")
    |> String.concat ", "

let private isStatic (m: MethodBase) = if m.IsStatic then "static " else ""

/// What the compiler makes for records, and the methods behind properties, are no lines of their own.
let private isWritten (m: MethodBase) =
    not (m.Name.Contains '<')
    && (not m.IsSpecialName || m.Name.StartsWith "op_" || m.IsConstructor)

let private linesOf (t: Type) =
    [ for m in t.GetConstructors everyone do
          $"{t.Name}({parametersOf m})"
      for m in t.GetMethods everyone do
          if isWritten m then
              $"{isStatic m}{written (nullability.Create m.ReturnParameter)} {m.Name}({parametersOf m})"
      for p in t.GetProperties everyone do
          let accessors = p.GetAccessors()
          let index = p.GetIndexParameters()

          let name =
              if index.Length = 0 then
                  p.Name
              else
                  "this["
                  + (index |> Array.map (fun i -> nameOf i.ParameterType) |> String.concat ", ")
                  + "]"

          let set = if p.CanWrite then " init;" else ""
          $"""{isStatic accessors[0]}{written (nullability.Create p)} {name} {{ get;{set} }}"""
      for f in t.GetFields everyone do
          if f.IsLiteral then
              $"{f.Name} = {f.GetRawConstantValue()}"
          elif not f.IsSpecialName then
              $"{written (nullability.Create f)} {f.Name}" ]

let private headOf (t: Type) =
    let kind =
        if t.IsEnum then "enum"
        elif t.IsValueType then "struct"
        elif t.IsAbstract && t.IsSealed then "static class"
        elif t.IsSealed then "sealed class"
        else "class"

    let above =
        [ match t.BaseType with
          | NonNull b when b <> typeof<obj> && b <> typeof<ValueType> && b <> typeof<Enum> -> nameOf b
          | _ -> ()
          if not t.IsEnum then
              for i in t.GetInterfaces() |> Array.sortBy nameOf do
                  if not (i.IsAssignableFrom(Option.ofObj t.BaseType |> Option.defaultValue typeof<obj>)) then
                      nameOf i ]

    let above =
        if above.IsEmpty then
            ""
        else
            " : " + String.concat ", " above

    $"{kind} {t.FullName}{above}"

/// The surface as text, in alphabetical order.
let text (assembly: Assembly) =
    let ordinal (a: string) b = String.CompareOrdinal(a, b)

    assembly.GetExportedTypes()
    |> List.ofArray
    |> List.sortWith (fun a b -> ordinal (string a.FullName) (string b.FullName))
    |> List.map (fun t ->
        String.concat
            "\n"
            (headOf t
             :: (linesOf t |> List.sortWith ordinal |> List.map (fun line -> "    " + line))))
    |> String.concat "\n\n"
    |> fun all -> all + "\n"

/// A type with the types it is made of: elements, generic arguments and their constraints.
let rec private parts (t: Type) : Type seq =
    seq {
        match t.GetElementType() with
        | null -> ()
        | element -> yield! parts element

        if t.IsGenericParameter then
            for constraint' in t.GetGenericParameterConstraints() do
                yield! parts constraint'
        else
            if t.IsGenericType then
                for argument in t.GetGenericArguments() do
                    yield! parts argument

            if not t.HasElementType then
                t
    }

/// What can be called or derived from outside: public and protected members.
let private reachable =
    BindingFlags.Public
    ||| BindingFlags.NonPublic
    ||| BindingFlags.Instance
    ||| BindingFlags.Static
    ||| BindingFlags.DeclaredOnly

let private isReachable (m: MethodBase) =
    m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly

let private signature (m: MethodBase) =
    [ for p in m.GetParameters() do
          p.ParameterType
          yield! p.GetRequiredCustomModifiers()
      if m.IsGenericMethod then
          yield! m.GetGenericArguments()
      match m with
      | :? MethodInfo as m -> m.ReturnType
      | _ -> () ]

/// Every (member, type) of a public type such that the member's signature mentions the type.
let mentions (t: Type) : (string * Type) list =
    [ for b in t.GetInterfaces() do
          t.Name, b
      match t.BaseType with
      | null -> ()
      | b -> t.Name, b
      for m in t.GetConstructors reachable do
          if isReachable m then
              for mentioned in signature m do
                  $"{t.Name}.{m.Name}", mentioned
      for m in t.GetMethods reachable do
          if isReachable m then
              for mentioned in signature m do
                  $"{t.Name}.{m.Name}", mentioned
      for f in t.GetFields reachable do
          if f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly then
              $"{t.Name}.{f.Name}", f.FieldType ]
    |> List.collect (fun (name, mentioned) -> [ for part in parts mentioned -> name, part ])
    |> List.distinct
