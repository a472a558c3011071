import Tensors

/// A pointwise step run by Swift's own vectors, a row of cells at a time, in any layout.
struct RowPass: Sendable {
  let form: PointwiseForm
  let grid: PartGrid
  /// What makes the result, and the second one where there is one.
  let programs: [RowProgram]
  /// The temporary row of what each instruction makes; the last one makes the result.
  let slots: [[Int]]
  /// The number of the first constant of each program.
  let firstConstants: [Int]
  let constantCount: Int
  /// Rows in which inputs of one number a cell are repeated for every lane, by input.
  let repeatedRows: [Int: Int]
  let rowCount: Int
  /// `[block or plane][constant][lane]`; nil where there are none.
  private(set) var table: Tensor?

  /// Floats of memory that a part has for itself.
  static let scratchFloats = 1 << 12

  /// Nil where rows of a vector are too many for the memory of a part.
  init?(_ form: PointwiseForm) {
    self.form = form
    grid = form.grid
    programs = [form.program] + (form.second.map { [$0] } ?? [])
    var (slots, constants, firsts, temporaries) = ([[Int]](), 0, [Int](), 0)
    for program in programs {
      let (places, count) = program.temporarySlots()
      slots.append(places)
      temporaries = max(temporaries, count)
      firsts.append(constants)
      constants += program.constants.count
    }
    var repeated: [Int: Int] = [:]
    if form.lanes > 1 {
      for (index, input) in form.inputs.enumerated() where input == .cell {
        repeated[index] = temporaries + repeated.count
      }
    }
    (self.slots, firstConstants, constantCount) = (slots, firsts, constants)
    repeatedRows = repeated
    rowCount = temporaries + repeated.count
    guard (rowCount + vectorCount) * Lanes.scalarCount <= Self.scratchFloats else { return nil }
  }

  /// Vectors that stay the same over a block or a plane.
  var vectorCount: Int { constantCount + form.inputs.count }

  /// Floats of a row that are computed at a time: the rows stay in the first cache.
  var chunk: Int {
    let free = Self.scratchFloats - vectorCount * Lanes.scalarCount
    return min(1024, free / max(1, rowCount) / Lanes.scalarCount * Lanes.scalarCount)
  }

  /// Floats of the table of constants.
  var tableFloats: Int? {
    product([ceilDivide(form.result.c, form.lanes), constantCount, form.lanes])
  }

  /// Computes the constants of every channel.
  mutating func prepare(_ parameters: [Tensor]) throws(AllocationError) {
    table = try channelTable(
      programs.flatMap(\.constants), parameters, channels: form.result.c, lanes: form.lanes)
  }

  /// Runs a part. `inputs` are the form's; the value so far is what the output holds.
  @unsafe func run(
    part: Int, inputs: UnsafePointer<MapPlace>, output: MapPlace, second: MapPlace?
  ) {
    let (image, units, cells) = grid.part(part)
    var memory = ScratchMemory(repeating: SIMD64())
    unsafe withUnsafeMutableBytes(of: &memory) { bytes in
      // As many floats as `scratchFloats`, aligned for vectors.
      guard let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
      var row = unsafe RowRun(
        pass: self, image: image, scratch: base, inputs: inputs, output: output, second: second)
      for unit in units { unsafe row.run(unit: unit, cells) }
    }
  }

  /// On the stack: a part allocates nothing.
  private typealias ScratchMemory = InlineArray<64, SIMD64<Float>>
}

extension RowProgram {
  /// A row for what each instruction but the last makes, and how many there are.
  fileprivate func temporarySlots() -> ([Int], count: Int) {
    let readers = lastReaders
    var (slots, free, count) = ([Int](), [Int](), 0)
    for (index, instruction) in instructions.enumerated() {
      for case .value(let value) in Set(instruction.rows) where readers[.value(value)] == index {
        free.append(slots[value])
      }
      if index == instructions.count - 1 {
        slots.append(0)
      } else if let slot = free.popLast() {
        slots.append(slot)
      } else {
        slots.append(count)
        count += 1
      }
      if readers[.value(index)] == nil, index < instructions.count - 1 {
        free.append(slots[index])
      }
    }
    return (slots, count)
  }
}
