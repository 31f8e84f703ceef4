/// Small values for tests, from lists.
module Interneuron.Facade.Tests.Make

open Interneuron

/// An array, which F# passes where a span of numbers is asked for.
let row (values: float list) = Array.ofList values

/// A grid from its rows.
let grid (rows: float list list) : Grid = Grid.op_Implicit (array2D rows)

/// A grid of this shape without a single value.
let empty (rows: int) (columns: int) = Grid(rows, columns, row [])
