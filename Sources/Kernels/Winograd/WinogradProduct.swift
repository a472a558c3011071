import Tensors
import X86

/// The sums over channels at one point: of the tiles of a block, blocks of output times channels.
///
/// Points are `[block of channels][tile][lane]`, the weights of a point `[pass][channel][block of the
/// pass][lane]`.
struct WinogradProduct: Sendable {
  /// Blocks of output that are summed together.
  static let mostBlocks = 2

  /// Tiles side by side whose sums are in registers.
  private struct Segment {
    let first: Int
    let positions: Int
    let count: Int
    let code: TileCode
  }

  let tiling: WinogradTiling
  /// By blocks of a pass, and by tiles of a block: as many as the largest has, or one fewer.
  private var segments: [[[Segment]]] = []

  /// Nil where the system gives no executable memory.
  init?(_ tiling: WinogradTiling) {
    self.tiling = tiling
    for blocks in 1...Self.mostBlocks {
      var sizes: [[Segment]] = []
      for tiles in [tiling.mostTiles, tiling.mostTiles - 1] {
        var row: [Segment] = []
        if tiles > 0 && tiling.passes.contains(where: { $0.count == blocks }) {
          guard let made = Self.segments(tiling, blocks: blocks, tiles: tiles) else { return nil }
          row = made
        }
        sizes.append(row)
      }
      segments.append(sizes)
    }
  }

  /// Tiles as even as they can be, the larger ones first.
  private static func segments(
    _ tiling: WinogradTiling, blocks: Int, tiles: Int
  ) -> [Segment]? {
    let (isa, spare) = (tiling.isa, 2)
    let count = ceilDivide(tiles, DenseTile.mostPositions(isa, blocks: blocks, spare: spare))
    let (small, more) = tiles.quotientAndRemainder(dividingBy: count)
    var segments: [Segment] = []
    for (first, positions, count) in [
      (0, small + 1, more), (more * (small + 1), small, count - more),
    ] where count > 0 {
      let bytes = isa.width.byteCount
      let form = TileForm(
        isa: isa, positions: positions, blocks: blocks, sourceStep: bytes,
        destinationStep: bytes, isMasked: false, ending: .none)
      let tile = DenseTile(
        form: form, kernelWidth: 1, runs: [TapRun(taps: 0..<1, positions: 0..<positions)],
        hasRows: false, tapStep: 0, rowStep: 0, channelStep: MemoryLayout<Float>.stride,
        firstLanes: 0..<0, lastLanes: 0..<tiling.inputChannels % isa.lanes)
      guard let code = TileCode(.dense(tile)) else { return nil }
      segments.append(Segment(first: first, positions: positions, count: count, code: code))
    }
    return segments
  }

  /// The sums of `tiles` tiles at one point over some channels, which go on from those over the
  /// channels before, or begin with zero where runs are summed apart; `source` and `destination` are
  /// its points, `weights` its weights, of these channels and passes where they are made in every run,
  /// and `zeros` a pass of vectors.
  @unsafe func run(
    source: Int, weights: Int, zeros: Int, destination: Int, tiles: Int, channels: Range<Int>,
    passes: Range<Int>
  ) {
    let (float, lanes) = (MemoryLayout<Float>.stride, tiling.lanes)
    let vector = lanes * float
    let block = tiling.mostTiles * vector
    let first = tiling.passes[passes.lowerBound].lowerBound
    var arguments = TileArguments()
    arguments.bias = zeros
    arguments.continues = channels.lowerBound > 0 && !tiling.sumsRunsApart ? 1 : 0
    (arguments.destinationBlock, arguments.startBlock) = (block, block)
    arguments.rowCount = 1
    arguments.blockCount = channels.count / lanes
    arguments.lastCount = channels.count % lanes > 0 ? 1 : 0
    arguments.sourceSkip = block
    let (packed, before) =
      tiling.keepsPoints ? (tiling.inputChannels, channels.lowerBound) : (channels.count, 0)
    for index in passes {
      let pass = tiling.passes[index]
      arguments.weights =
        weights + ((pass.lowerBound - first) * packed + before * pass.count) * vector
      // What comes next is fetched meanwhile, in as many pieces as the source has: the weights of
      // the next passes, or the next point.
      let next = weights + ((pass.upperBound - first) * packed + before * pass.count) * vector
      let isLast = index == passes.upperBound - 1
      arguments.prefetch = isLast ? tiling.inputPoint * float : next - source
      arguments.destination = destination + pass.lowerBound * block
      arguments.start = arguments.destination
      for segment in segments[pass.count - 1][tiling.mostTiles - tiles] {
        arguments.source = source + segment.first * vector
        arguments.place = segment.first * vector
        arguments.tileCount = segment.count
        arguments.lineCount = 1
        // Tiles of the segments lie inside the points, channels of the passes inside the weights.
        unsafe segment.code.run(&arguments)
      }
    }
  }
}
