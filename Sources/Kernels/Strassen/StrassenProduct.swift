import Tensors
import X86

/// The seven products of a pass over a band, and what becomes of them.
///
///     S1 = A21 + A22   S2 = S1 − A11   S3 = A11 − A21   S4 = A12 − S2
///     T1 = B12 − B11   T2 = B22 − T1   T3 = B22 − B12   T4 = B21 − T2
///     U2 = A11·B11 + S2·T2   U3 = U2 + S3·T3   U4 = U2 + S1·T1
///     C11 = A11·B11 + A12·B21   C12 = U4 + S4·B22   C21 = U3 + A22·T4   C22 = U3 + S1·T1
///
/// Sums wait in the second cache; what ends a result is done in the registers of its last product.
struct StrassenProduct: Sendable {
  /// Positions side by side whose sums are in registers.
  private struct Segment {
    let first: Int
    let positions: Int
    let count: Int
    let code: KernelCode
    /// The sum of two sums.
    let addition: KernelCode
  }

  /// What some passes read and write.
  @unsafe struct Places {
    /// The operand of a product, and three sums of all passes.
    var operand: Int
    var sums: Int
    var weights: Int
    var bias: Int
    /// Of the whole image.
    var maps: DirectRunner.Maps
    /// The band's first position, and pairs of it that have a first and a second position.
    var position: Int
    var pairs: Int
    var seconds: Int
    /// Of the tiling.
    var passes: Range<Int>
  }

  let tiling: StrassenTiling
  private let ending: TileEnding
  /// By blocks of a pass, and by how many positions fewer than the most.
  private var segments: [[[Segment]]] = []

  /// Nil where the system gives no executable memory.
  init?(_ tiling: StrassenTiling, _ ending: TileEnding) {
    guard let addition = Self.addition(tiling.isa) else { return nil }
    self.tiling = tiling
    self.ending = ending
    for blocks in 1...tiling.isa.strassenBlocks {
      var sizes: [[Segment]] = []
      for fewer in 0...2 {
        var row: [Segment] = []
        if tiling.mostPairs > fewer && tiling.passes.contains(where: { $0.count == blocks }) {
          guard
            let made = Self.segments(
              tiling, ending, addition, blocks: blocks, positions: tiling.mostPairs - fewer)
          else { return nil }
          row = made
        }
        sizes.append(row)
      }
      segments.append(sizes)
    }
  }

  /// A sum and another one.
  private static func addition(_ isa: VectorISA) -> TileEnding? {
    guard let shape = Shape(1, 1, 1, 1) else { return nil }
    var epilogue = Epilogue.none
    epilogue.inputs = [shape]
    epilogue.stages = [.add(.input(0), .input(1))]
    return TileEnding(epilogue, of: shape, isa)
  }

  /// Tiles as even as they can be, the larger ones first.
  private static func segments(
    _ tiling: StrassenTiling, _ ending: TileEnding, _ addition: TileEnding, blocks: Int,
    positions: Int
  ) -> [Segment]? {
    let isa = tiling.isa
    let spare = max(2, ending.temporaries, addition.temporaries)
    let count = ceilDivide(positions, DenseTile.mostPositions(isa, blocks: blocks, spare: spare))
    let (small, more) = positions.quotientAndRemainder(dividingBy: count)
    var segments: [Segment] = []
    for (first, positions, count) in [
      (0, small + 1, more), (more * (small + 1), small, count - more),
    ] where count > 0 {
      func code(_ ending: TileEnding) -> KernelCode? {
        let bytes = isa.width.byteCount
        let form = TileForm(
          isa: isa, positions: positions, blocks: blocks, sourceStep: bytes,
          destinationStep: bytes, isMasked: false, ending: ending)
        let tile = DenseTile(
          form: form, kernelWidth: 1, runs: [TapRun(taps: 0..<1, positions: 0..<positions)],
          hasRows: false, tapStep: 0, rowStep: 0, channelStep: MemoryLayout<Float>.stride,
          firstLanes: 0..<0, lastLanes: 0..<0)
        guard case .machine(let code) = TileCode(.dense(tile)) else { return nil }
        return code
      }
      guard let tile = code(ending), let sum = code(addition) else { return nil }
      segments.append(
        Segment(first: first, positions: positions, count: count, code: tile, addition: sum))
    }
    return segments
  }

  /// Products in the order of their weights.
  enum Factor: Int { case b11, b21, t1, t2, b22, t3, t4 }

  /// Every product of some passes over a band, one product after the other.
  @unsafe func run(_ places: Places, _ operands: StrassenOperands) {
    let (here, there) = unsafe (places.position, places.position + places.pairs)
    let half = tiling.outputHalf
    // A11·B11, C11
    unsafe operands.copy(.first)
    unsafe multiply(.b11, begin: .bias(0), end: .sum(0), places)
    unsafe operands.copy(.firstSecond)
    unsafe multiply(.b21, begin: .sum(0), end: .result(here, block: 0), places)
    // S1·T1, U2, U4, C12
    unsafe operands.combine(.sum, .secondFirst, .second)
    unsafe multiply(.t1, begin: .bias(1), end: .sum(1), places)
    unsafe operands.combine(.difference, .operand, .first)
    unsafe multiply(.t2, begin: .sum(0), end: .sum(0), places)
    unsafe add(0, to: 1, places)
    unsafe operands.combine(.difference, .firstSecond, .operand)
    unsafe multiply(.b22, begin: .sum(1), end: .result(here, block: half), places)
    // S3·T3, U3, C21, C22
    unsafe operands.combine(.difference, .first, .secondFirst)
    unsafe multiply(.t3, begin: .bias(2), end: .sum(2), places)
    unsafe add(2, to: 0, places)
    unsafe operands.copy(.second)
    unsafe multiply(.t4, begin: .sum(0), end: .result(there, block: 0), places)
    unsafe add(2, to: 1, places)
    unsafe multiply(nil, begin: .sum(1), end: .result(there, block: half), places)
  }

  /// What a product is added to: a bias, or a sum.
  private enum Beginning {
    case bias(Int)
    case sum(Int)
  }

  /// Where it goes: into a sum, or to results from a position on.
  private enum End {
    case sum(Int)
    case result(Int, block: Int)
  }

  private var vector: Int { tiling.isa.width.byteCount }

  /// From one block of a sum, or of an operand, to the next.
  private var sumBlock: Int { tiling.mostPairs * vector }

  @unsafe private func sum(_ index: Int, _ pass: Range<Int>, _ places: Places) -> Int {
    let first = unsafe tiling.passes[places.passes.lowerBound].lowerBound
    let blocks = pass.lowerBound - first
    return unsafe places.sums + index * tiling.sums * MemoryLayout<Float>.stride + blocks * sumBlock
  }

  /// One product, or none, and what it is added to.
  @unsafe private func multiply(
    _ factor: Factor?, begin: Beginning, end: End, _ places: Places
  ) {
    let float = MemoryLayout<Float>.stride
    let weights = unsafe places.weights + (factor?.rawValue ?? 0) * tiling.productWeights * float
    var positions = unsafe places.pairs
    for index in unsafe places.passes {
      let pass = tiling.passes[index]
      var arguments = TileArguments()
      if factor != nil {
        arguments.rowCount = 1
        arguments.blockCount = tiling.inputHalf
        arguments.source = unsafe places.operand
        arguments.weights = weights + pass.lowerBound * tiling.blockWeights * float
        arguments.sourceSkip = sumBlock
        // The weights that come next are fetched meanwhile, a line for each of the operand.
        var next = weights + pass.upperBound * tiling.blockWeights * float
        if index + 1 == (unsafe places.passes.upperBound) {
          let first = unsafe tiling.passes[places.passes.lowerBound].lowerBound
          next =
            (factor == .t4 ? unsafe places.weights : weights + tiling.productWeights * float)
            + first * tiling.blockWeights * float
        }
        arguments.prefetch = next - arguments.source
      }
      switch begin {
      case .bias(let half):
        // The third is zero.
        arguments.bias =
          unsafe places.bias + (half * tiling.outputHalf + pass.lowerBound) * vector
      case .sum(let index):
        arguments.continues = 1
        arguments.start = unsafe sum(index, pass, places)
        arguments.startBlock = sumBlock
        arguments.bias = arguments.start
      }
      switch end {
      case .sum(let index):
        arguments.destination = unsafe sum(index, pass, places)
        arguments.destinationBlock = sumBlock
        unsafe run(pass, positions, &arguments)
      case .result(let position, let first):
        let block = first + pass.lowerBound
        let maps = unsafe places.maps
        if unsafe position != places.position { positions = unsafe places.seconds }
        let offset = (block * tiling.positions + position) * vector
        arguments.isLast = 1
        arguments.destination = unsafe maps.destination + offset
        arguments.second = unsafe maps.second + offset
        arguments.destinationBlock = tiling.positions * vector
        if let program = ending.program {
          arguments.parameters = unsafe maps.table + block * program.bytesPerBlock
        }
        let count = ending.mapInputs.count
        unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: max(1, count)) { inputs in
          for (index, isMap) in ending.mapInputs.enumerated() {
            // One number a channel lies block after block.
            unsafe inputs.initializeElement(
              at: index, to: maps.inputs[index] + (isMap ? offset : block * vector))
          }
          arguments.inputs = Int(bitPattern: inputs.baseAddress)
          unsafe run(pass, positions, &arguments)
        }
      }
    }
  }

  /// One sum more to another.
  @unsafe private func add(_ index: Int, to other: Int, _ places: Places) {
    for pass in unsafe tiling.passes[places.passes] {
      var arguments = TileArguments()
      arguments.continues = 1
      arguments.isLast = 1
      arguments.start = unsafe sum(index, pass, places)
      arguments.startBlock = sumBlock
      arguments.bias = arguments.start
      arguments.destination = unsafe sum(other, pass, places)
      arguments.destinationBlock = sumBlock
      var input = arguments.destination
      unsafe withUnsafeMutablePointer(to: &input) { input in
        arguments.inputs = Int(bitPattern: input)
        unsafe run(pass, places.pairs, &arguments, isAddition: true)
      }
    }
  }

  /// The tiles of so many positions.
  @unsafe private func run(
    _ pass: Range<Int>, _ positions: Int, _ arguments: inout TileArguments,
    isAddition: Bool = false
  ) {
    guard positions > 0 else { return }
    let source = arguments.source
    let row = segments[pass.count - 1][tiling.mostPairs - positions]
    for index in row.indices {
      arguments.source = source + row[index].first * vector
      arguments.place = row[index].first * vector
      arguments.tileCount = row[index].count
      arguments.lineCount = 1
      // Tiles of the segments lie inside operands, sums and the band's results; channels of the
      // pass inside the weights.
      if isAddition {
        unsafe row[index].addition.run(&arguments)
      } else {
        unsafe row[index].code.run(&arguments)
      }
    }
  }
}
