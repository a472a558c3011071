import X86

/// The code that makes points: of tiles side by side, of blocks of channels, Bᵀ d B, or of weights,
/// G g Gᵀ.
struct PointTransform: Hashable, Sendable {
  enum Matrix {
    case input, filter
  }

  let isa: VectorISA
  let algorithm: WinogradAlgorithm
  let matrix: Matrix
  /// Of the map, or of the weights.
  let numbers: Precision
  /// Rows and columns of the tile that lie in the map; the others are zero.
  let rows: Range<Int>
  let columns: Range<Int>
  /// Bytes of the map from one row, column, tile and block of channels to the next.
  let rowStep: Int
  let columnStep: Int
  let tileStep: Int
  let sourceBlock: Int
  /// Bytes from one point and one block to the next.
  let pointStep: Int
  let destinationBlock: Int

  struct Arguments: BitwiseCopyable {
    /// The first cell of the first tile, which may lie outside, in the first block of the map.
    var source = 0
    /// The first point in the first block.
    var destination = 0
    var blockCount = 0
    var tileCount = 0
  }

  func code(isListed: Bool = false) -> Assembler {
    var writer = PointWriter(
      transform: self, emitter: TransformEmitter(isa, isListed: isListed))
    writer.write()
    return writer.emitter.assembler
  }
}

/// Writes the function, a pair of rows of points at a time.
private struct PointWriter {
  let transform: PointTransform
  var emitter: TransformEmitter

  private let source = GeneralRegister.rsi
  private let destination = GeneralRegister.rdx
  private let blocksLeft = GeneralRegister.rcx
  private let tileCount = GeneralRegister.r8
  private let tilesLeft = GeneralRegister.r9
  private let blockSource = GeneralRegister.r10
  private let blockDestination = GeneralRegister.r11

  init(transform: PointTransform, emitter: TransformEmitter) {
    self.transform = transform
    self.emitter = emitter
  }

  private var algorithm: WinogradAlgorithm { transform.algorithm }
  private var matrix: [[Double]] {
    transform.matrix == .input ? algorithm.input : algorithm.filter
  }
  /// Rows, or columns, of a tile.
  private var cells: Range<Int> { matrix[0].indices }

  /// Points that are computed together: those that no other shares a sum with come first.
  private var groups: [[Int]] {
    [[0], [algorithm.points - 1]] + algorithm.pairs.map { [$0.0, $0.1] }
  }

  mutating func write() {
    let arguments = [blockSource, blockDestination, blocksLeft, tileCount]
    for (index, register) in arguments.enumerated() {
      let word = Int32(index * MemoryLayout<Int>.stride)
      emitter.assembler.load(register, .based(.rdi, displacement: word))
    }
    emitter.begin(matrix)
    let block = emitter.assembler.here()
    emitter.assembler.move(source, blockSource)
    emitter.assembler.move(destination, blockDestination)
    emitter.assembler.move(tilesLeft, tileCount)
    let tile = emitter.assembler.here()
    if transform.matrix == .filter { fetch() }
    writeTile()
    emitter.assembler.apply(.add, source, Int32(transform.tileStep))
    emitter.assembler.apply(.add, destination, Int32(emitter.vectorBytes))
    emitter.assembler.countDown(tilesLeft, to: tile)
    emitter.assembler.apply(.add, blockSource, Int32(transform.sourceBlock))
    emitter.assembler.apply(.add, blockDestination, Int32(transform.destinationBlock))
    emitter.assembler.countDown(blocksLeft, to: block)
    emitter.assembler.leave(Frame(writing: []))
    emitter.finish()
  }

  /// Weights come from memory in one long row: those of sixteen tiles further on are asked for.
  private mutating func fetch() {
    for distance in stride(from: 0, to: transform.tileStep, by: 64) {
      emitter.assembler.prefetch(.at(source, 16 * transform.tileStep + distance))
    }
  }

  private mutating func writeTile() {
    for group in groups {
      var rows = group.map { _ in [VectorRegister?]() }
      for column in cells {
        var values = cells.map { cell($0, column) }
        let widened = transform.numbers == .bf16 ? widen(&values, for: group) : []
        let results = combine(group, values, giving: widened)
        for (index, result) in results.enumerated() { rows[index].append(result) }
      }
      for (row, values) in zip(group, rows) { finish(row, values) }
    }
  }

  private func cell(_ row: Int, _ column: Int) -> VectorOperand? {
    guard transform.rows.contains(row), transform.columns.contains(column) else { return nil }
    let distance = row * transform.rowStep + column * transform.columnStep
    return .memory(.at(source, distance))
  }

  /// Loads what some rows of the matrix read, in place of the addresses.
  private mutating func widen(
    _ values: inout [VectorOperand?], for group: [Int]
  ) -> [VectorRegister] {
    var registers: [VectorRegister] = []
    for cell in cells where group.contains(where: { matrix[$0][cell] != 0 }) {
      guard case .memory(let address)? = values[cell] else { continue }
      let register = emitter.take()
      emitter.assembler.widen(register, address, width: emitter.isa.width)
      values[cell] = .register(register)
      registers.append(register)
    }
    return registers
  }

  /// A row of points from what the columns gave.
  private mutating func finish(_ row: Int, _ values: [VectorRegister?]) {
    var left = values
    for (index, group) in groups.enumerated() {
      let results = combine(group, left.map { $0.map { .register($0) } })
      for (column, result) in zip(group, results) {
        let value = result ?? emitter.zero()
        let distance = (row * algorithm.points + column) * transform.pointStep
        emitter.store(value, .at(destination, distance))
        emitter.give(value)
      }
      for column in cells where !isRead(column, from: index + 1) {
        emitter.give(left[column])
        left[column] = nil
      }
    }
  }

  /// Whether the groups from one on have a use for a value.
  private func isRead(_ column: Int, from first: Int) -> Bool {
    groups[first...].contains { $0.contains { matrix[$0][column] != 0 } }
  }

  /// One row of the matrix, or two that share a sum, times a vector, of which some registers are not
  /// needed any more.
  private mutating func combine(
    _ group: [Int], _ values: [VectorOperand?], giving read: [VectorRegister] = []
  ) -> [VectorRegister?] {
    defer { for register in read { emitter.give(register) } }
    let first = matrix[group[0]]
    guard group.count == 2 else { return [emitter.sum(cells.map { (first[$0], values[$0]) })] }
    let second = matrix[group[1]]
    let same = emitter.sum(cells.map { ((first[$0] + second[$0]) / 2, values[$0]) })
    let other = emitter.sum(cells.map { ((first[$0] - second[$0]) / 2, values[$0]) })
    let (sum, difference) = emitter.butterfly(same, other)
    return [sum, difference]
  }
}
