import Tensors
import X86

/// What the code of one tile of a sliding window is made from: a run of positions of a row of one
/// block of channels, side by side.
struct PoolingTile: Hashable, Sendable {
  /// What is gathered from the taps of a position.
  enum Gathering: Hashable, Sendable {
    case largest
    /// The sum over a count that belongs to the position.
    case mean
    /// Sum of squares over sum, 0 where the sum is 0.
    case stochastic
  }

  let isa: VectorISA
  let gathering: Gathering
  let positions: Int
  /// Columns of the source from one position to the next.
  let stride: Int
  /// Whether maps hold bfloat16 numbers.
  let isBF16: Bool

  /// The most positions that leave registers for what else the code needs.
  static func largest(_ isa: VectorISA, _ gathering: Gathering) -> Int {
    switch gathering {
    case .largest, .mean: 12
    case .stochastic: isa == .avx512 ? 12 : 6
    }
  }

  /// Bytes of one column of a blocked map.
  var columnBytes: Int { isa.lanes * (isBF16 ? 2 : 4) }
}

extension PoolingTile.Gathering {
  init(_ kind: PoolingSpec.Kind) {
    switch kind {
    case .max: self = .largest
    case .average: self = .mean
    case .stochastic: self = .stochastic
    }
  }

  /// What gathering begins with, and what a position without taps gives.
  var initial: Float { self == .largest ? -.infinity : 0 }
}

/// What a tile is run with; offsets are those of the fields.
struct PoolingArguments: BitwiseCopyable {
  /// The cell that the first live tap of the first position reads.
  var source: UInt
  /// The first position of the result.
  var destination: UInt
  /// Live rows of the window, and live taps of each.
  var rowCount: Int
  var tapCount: Int
  /// Bytes from one tap to the next, and from the end of a row's taps to the next row's first.
  var tapStep: Int
  var rowSkip: Int
  /// A count a position, of `.mean` alone.
  var counts: UInt
  /// `Gathering.initial`
  var initial: Float

  static let offsets = (
    source: offset(0), destination: offset(1), rowCount: offset(2), tapCount: offset(3),
    tapStep: offset(4), rowSkip: offset(5), counts: offset(6), initial: offset(7)
  )

  private static func offset(_ field: Int) -> Int32 { Int32(field * MemoryLayout<Int>.stride) }
}
