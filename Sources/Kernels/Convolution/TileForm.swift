import Tensors
import X86

/// What the functions of all tiles have in common: sums of some positions of a row, side by side,
/// times blocks of output channels, and where they go.
struct TileForm: Hashable, Sendable {
  let isa: VectorISA
  let positions: Int
  /// Blocks of output channels.
  let blocks: Int
  /// Bytes from one position to the next, of the source and of the destination; of this as if it
  /// were of floats.
  let sourceStep: Int
  let destinationStep: Int
  /// Whether some lanes of the destination belong to others.
  let isMasked: Bool
  let ending: TileEnding
  /// Of the destination and of the second result.
  var result = Precision.fp32

  /// Bytes of a number in the map that places are counted in: the narrowest.
  var placeBytes: Int { Self.placeBytes(result, ending) }

  static func placeBytes(_ result: Precision, _ ending: TileEnding) -> Int {
    // Asked while a part runs, which allocates nothing.
    ending.inputNumbers.contains(.bf16) ? Precision.bf16.byteCount : result.byteCount
  }

  /// Bytes of a vector.
  var vectorBytes: Int { isa.lanes * MemoryLayout<Float>.stride }
}

/// Columns of a window, one after the other, that see the map at the same positions of a tile.
struct TapRun: Hashable, Sendable {
  let taps: Range<Int>
  let positions: Range<Int>

  /// The taps that see the map at some of these positions of a row.
  static func all(_ columns: WindowAxis, at positions: Range<Int>) -> [TapRun] {
    var runs: [TapRun] = []
    for tap in 0..<columns.kernel {
      let live = columns.positions(of: tap).clamped(to: positions)
      guard !live.isEmpty else { continue }
      let first = positions.lowerBound
      let place = live.lowerBound - first..<live.upperBound - first
      if let last = runs.last, last.positions == place, last.taps.upperBound == tap {
        runs[runs.count - 1] = TapRun(taps: last.taps.lowerBound..<tap + 1, positions: place)
      } else {
        runs.append(TapRun(taps: tap..<tap + 1, positions: place))
      }
    }
    return runs
  }
}
