import Tensors

/// The rows of one part, while it runs.
///
/// Pointers are those of the memory of the run and of the part's own; places are as large as the
/// maps that the form says, and every row lies inside its map.
@unsafe struct RowRun {
  private let pass: RowPass
  private let image: Int
  /// Vectors of 16 floats that stay the same over a block or a plane, then rows of a chunk.
  private let scratch: UnsafeMutablePointer<Float>
  private let rows: UnsafeMutablePointer<Float>
  private let chunk: Int
  private let inputs: UnsafePointer<MapPlace>
  private let output: MapPlace
  private let second: MapPlace?
  /// The floats of every image that are computed now.
  private var first = 0
  private var count = 0

  init(
    pass: RowPass, image: Int, scratch: UnsafeMutablePointer<Float>,
    inputs: UnsafePointer<MapPlace>, output: MapPlace, second: MapPlace?
  ) {
    unsafe self.pass = pass
    unsafe self.image = image
    unsafe self.scratch = unsafe scratch
    unsafe rows = unsafe scratch + pass.vectorCount * Lanes.scalarCount
    unsafe chunk = pass.chunk
    unsafe self.inputs = unsafe inputs
    unsafe self.output = unsafe output
    unsafe self.second = unsafe second
  }

  /// Some cells of a block or a plane.
  mutating func run(unit: Int, _ cells: Range<Int>) {
    let lanes = unsafe pass.form.lanes
    unsafe loadVectors(unit)
    let start = unsafe unit * pass.grid.cells * lanes
    for offset in unsafe stride(
      from: cells.lowerBound * lanes, to: cells.upperBound * lanes, by: chunk)
    {
      unsafe first = start + offset
      unsafe count = unsafe min(chunk, cells.upperBound * lanes - offset)
      unsafe repeatCells(from: offset / lanes)
      unsafe run(program: 0, unit, into: output)
      if let place = unsafe second { unsafe run(program: 1, unit, into: place) }
    }
  }

  /// Constants and inputs of one number a channel.
  private func loadVectors(_ unit: Int) {
    let (lanes, count) = unsafe (pass.form.lanes, pass.constantCount)
    unsafe pass.table?.withSpan { table in
      for index in 0..<count {
        for lane in 0..<Lanes.scalarCount {
          unsafe scratch[index * Lanes.scalarCount + lane] =
            table[(unit * count + index) * lanes + lane % lanes]
        }
      }
    }
    for (index, input) in unsafe pass.form.inputs.enumerated() {
      guard case .channel(let isOne) = input else { continue }
      let numbers = unsafe inputs[index].base + image * inputs[index].imageStride
      let target = unsafe scratch + (count + index) * Lanes.scalarCount
      for lane in 0..<Lanes.scalarCount {
        unsafe target[lane] = numbers[isOne ? 0 : unit * lanes + lane % lanes]
      }
    }
  }

  /// Inputs of one number a cell, in every lane of a block.
  private func repeatCells(from cell: Int) {
    let lanes = unsafe pass.form.lanes
    for (index, row) in unsafe pass.repeatedRows {
      let numbers = unsafe inputs[index].base + image * inputs[index].imageStride + cell
      let target = unsafe rows + row * chunk
      for x in unsafe 0..<count { unsafe target[x] = numbers[x / lanes] }
    }
  }

  private func run(program index: Int, _ unit: Int, into place: MapPlace) {
    let program = unsafe pass.programs[index]
    for (number, instruction) in program.instructions.enumerated() {
      let isLast = number == program.instructions.count - 1
      let target =
        unsafe isLast
        ? place.base + image * place.imageStride + first
        : rows + pass.slots[index][number] * chunk
      func operand(_ operand: RowProgram.Operand) -> LaneRow {
        unsafe source(operand, of: index, unit)
      }
      switch instruction {
      case .copy(let a): unsafe operand(a).each(into: target, count) { $0 }
      case .affine(let row, let slope, let intercept):
        // Both stay the same over the row.
        let m = unsafe operand(.constant(slope)).vector(at: 0)
        let b = unsafe operand(.constant(intercept)).vector(at: 0)
        unsafe operand(.row(row)).each(into: target, count) { b + $0 * m }
      case .unary(let operation, let row):
        unsafe operation.apply(operand(.row(row)), into: target, count)
      case .binary(let operation, let a, let b):
        unsafe operation.apply(operand(a), operand(b), into: target, count)
      }
    }
  }

  private func source(_ operand: RowProgram.Operand, of program: Int, _ unit: Int) -> LaneRow {
    switch operand {
    case .constant(let index):
      let number = unsafe pass.firstConstants[program] + index
      return unsafe LaneRow(scratch + number * Lanes.scalarCount, isOne: true)
    case .row(.start):
      return unsafe LaneRow(output.base + image * output.imageStride + first)
    case .row(.value(let index)):
      return unsafe LaneRow(rows + pass.slots[program][index] * chunk)
    case .row(.input(let index)):
      let place = unsafe inputs[index]
      let base = unsafe place.base + image * place.imageStride
      if let row = unsafe pass.repeatedRows[index] { return unsafe LaneRow(rows + row * chunk) }
      switch unsafe pass.form.inputs[index] {
      case .map: return unsafe LaneRow(base + first)
      case .cell:
        // Of a planar map: the same plane for every channel.
        return unsafe LaneRow(base + (first - unit * pass.grid.cells))
      case .channel:
        let number = unsafe pass.constantCount + index
        return unsafe LaneRow(scratch + number * Lanes.scalarCount, isOne: true)
      }
    }
  }
}
