import X86

/// What the code of one tile of a matrix product is made from.
///
/// y[p][n] = sum over k of a[p][k] · b[k][n], where a and y are blocked by lanes as maps are,
/// `[block of k][p][lane]` and `[block of n][p][lane]`, and b is `[block of n][k][lane]`.
struct MatrixTile: Hashable, Sendable {
  let isa: VectorISA
  /// Rows p, side by side.
  let positions: Int
  /// Blocks of n: 1 or 2.
  let blocks: Int
  /// Terms of the sum in the last block where it is not full; 0 where it is.
  let lastTerms: Int
  /// Whether the sums begin with what y holds, or with zero.
  let adds: Bool

  static let mostBlocks = 2

  /// The most rows that leave registers for two vectors of b and a repeated number.
  static func largest(_ isa: VectorISA) -> Int { isa == .avx512 ? 14 : 6 }

  /// Bytes of one vector.
  var vectorBytes: Int { isa.lanes * MemoryLayout<Float>.stride }
}

/// What a tile is run with; offsets are those of the fields.
struct MatrixArguments: BitwiseCopyable {
  /// The first row of the first block.
  var a: UInt
  var b: UInt
  var y: UInt
  /// Full blocks of terms.
  var blockCount: Int
  /// Bytes from one block to the next.
  var aStep: Int
  var bStep: Int
  var yStep: Int

  static let offsets = (
    a: offset(0), b: offset(1), y: offset(2), blockCount: offset(3), aStep: offset(4),
    bStep: offset(5), yStep: offset(6)
  )

  private static func offset(_ field: Int) -> Int32 { Int32(field * MemoryLayout<Int>.stride) }
}
