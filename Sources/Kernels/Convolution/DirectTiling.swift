import Tensors

/// How a direct convolution is cut into tiles and parts: pure data, made before any code.
struct DirectTiling: Hashable, Sendable {
  /// Tiles of one form side by side in a row.
  struct Segment: Hashable, Sendable {
    let first: Int
    let positions: Int
    let tiles: Int
  }

  let geometry: DirectGeometry
  /// Blocks of output of a pass at most.
  let blocks: Int
  let passes: [DirectPass]
  /// Runs of columns of the result that parts may be cut at.
  let columnBands: [Range<Int>]
  let rowBands: [Range<Int>]
  /// Passes of one part.
  let passGroups: [Range<Int>]
  /// Blocks of input channels that are summed at a time.
  let chunk: Int

  /// Sums of how many chunks a result is made of at most.
  var chunks: Int { ceilDivide(passes.map(\.inputBlocks).max() ?? 1, chunk) }

  /// What the order of packed parameters depends on.
  var packing: [Int] {
    [
      geometry.lanes, geometry.isDepthwise ? 1 : 0, geometry.groups, geometry.inputChannels,
      geometry.outputChannels, geometry.rows.kernel, geometry.columns.kernel,
      geometry.isSourcePlanar ? 1 : 0, blocks, geometry.hasPairs ? 1 : 0,
      geometry.resultNumbers.byteCount,
    ]
  }

  /// Parts of one image.
  var parts: Int { columnBands.count * rowBands.count * passGroups.count }

  /// Parts are all channels of `bands` of rows, where these are given.
  init(_ geometry: DirectGeometry, bands: [Range<Int>]? = nil) {
    self.geometry = geometry
    blocks = Self.blocks(geometry)
    passes = geometry.passes(blocks: blocks)
    // The weights that one pass reads of a chunk stay in the second cache.
    let blockBytes =
      geometry.rows.kernel * geometry.rowFloats(inputs: geometry.inputLanes, blocks: blocks)
      * MemoryLayout<Float>.stride
    let inputBlocks = passes.map(\.inputBlocks).max() ?? 1
    let chunks =
      geometry.isDepthwise
      ? 1
      : max(1, ceilDivide(inputBlocks * blockBytes, Self.slabBytes(geometry.resultNumbers)))
    chunk = ceilDivide(inputBlocks, chunks)

    let isLong = geometry.rows.output == 1
    let width = geometry.columns.output
    if let bands, let rows = bands.last?.upperBound {
      // Rows of a flattened map are runs of its columns.
      let length = isLong ? width / rows : 1
      let cut = bands.map { $0.lowerBound * length..<$0.upperBound * length }
      passGroups = [0..<passes.count]
      (columnBands, rowBands) = isLong ? (cut, [0..<1]) : ([0..<width], cut)
      return
    }
    let wanted = Self.wantedParts(geometry)
    let mostBands = max(1, geometry.rows.output * width / Self.fewestPositions)
    // Passes that share blocks are of one part.
    let isShared = passes.contains { $0.kind.isMasked }
    passGroups = Self.cut(passes.count, into: isShared ? 1 : wanted)
    let count = min(ceilDivide(wanted, passGroups.count), mostBands)
    columnBands = isLong ? Self.cut(width, into: count) : [0..<width]
    rowBands = isLong ? [0..<1] : Self.cut(geometry.rows.output, into: count)
  }

  /// Bytes of the weights of one pass over one chunk: more where sums that are not complete lie apart
  /// from the result.
  private static func slabBytes(_ result: Precision) -> Int {
    result == .fp32 ? 512 << 10 : 640 << 10
  }
  /// Positions of a band at least, so that its weights are worth reading.
  private static let fewestPositions = 96
  /// Blocks of a tile at most, of rows with more positions than this.
  private static let broadest = 4
  private static let fewestBroad = 4
  /// Parts of one image at most, and multiply-adds of one at least.
  private static let mostParts = 32
  private static let fewestProducts = 1 << 22

  private static func wantedParts(_ geometry: DirectGeometry) -> Int {
    let products = product([
      geometry.rows.output, geometry.columns.output, geometry.rows.kernel,
      geometry.columns.kernel, geometry.groups, geometry.inputs, geometry.outputChannels,
    ])
    // What depthwise convolutions do is bound by memory.
    let weight = geometry.isDepthwise ? 8 : 1
    return max(1, min(mostParts, (products ?? .max) / (fewestProducts / weight)))
  }

  /// So many, or fewer, runs of about the same length.
  private static func cut(_ count: Int, into parts: Int) -> [Range<Int>] {
    let parts = max(1, min(parts, count))
    return (0..<count).parts(parts)
  }

  /// Blocks of output of a pass, by what a row costs.
  private static func blocks(_ geometry: DirectGeometry) -> Int {
    if geometry.isDepthwise { return 1 }
    let outputs = ceilDivide(geometry.outputChannels, geometry.lanes)
    // Tiles of few positions read too many weights; rows that have no more cannot help it.
    let wide = geometry.columns.output > fewestBroad ? broadest : .max
    let most = min(
      outputs, wide, DenseTile.mostBlocks(geometry.isa, spare: geometry.spareRegisters))
    return (1...most).min { cost(geometry, outputs, $0) < cost(geometry, outputs, $1) } ?? 1
  }

  /// Half cycles that a channel at a tap takes over a row: products, loads, latencies, whichever
  /// is most; then what weights and source cost that come from further away.
  private static func cost(_ geometry: DirectGeometry, _ outputs: Int, _ most: Int) -> Double {
    let passes = ceilDivide(outputs, most)
    let width = geometry.columns.output
    // Of a product that is added to a sum: 4 cycles, of a pair 6.
    let latency = geometry.hasPairs ? 12 : 8
    var cost = 0.0
    for (blocks, count) in [
      (outputs / passes, passes - outputs % passes), (outputs / passes + 1, outputs % passes),
    ] where count > 0 {
      let tiles = ceilDivide(
        width,
        DenseTile.mostPositions(
          geometry.isa, blocks: blocks, spare: geometry.spareRegisters))
      for (positions, tiles) in [
        (width / tiles, tiles - width % tiles), (width / tiles + 1, width % tiles),
      ] where tiles > 0 {
        let work = max(positions * blocks, positions + blocks, latency)
        let traffic = 0.8 * Double(positions) + Double(blocks)
        cost += Double(count * tiles) * (Double(work) + traffic)
      }
    }
    return cost
  }

  /// Tiles of a run of columns as even as they can be, neighbours of one form together.
  func segments(_ kind: DirectPass.Kind, _ columns: Range<Int>) -> [Segment] {
    let (isa, spare) = (geometry.isa, geometry.spareRegisters)
    let most =
      geometry.isDepthwise
      ? DepthwiseTile.mostPositions(isa, kernelWidth: geometry.columns.kernel, spare: spare)
      : DenseTile.mostPositions(isa, blocks: kind.blocks, spare: spare)
    let count = ceilDivide(columns.count, most)
    let window = geometry.columns
    if isa.isGenerated && window.kernel == 1 && window.positions(of: 0).contains(columns) {
      // All tiles are of one form but for their size.
      let (small, more) = columns.count.quotientAndRemainder(dividingBy: count)
      let middle = columns.lowerBound + more * (small + 1)
      return [
        Segment(first: columns.lowerBound, positions: small + 1, tiles: more),
        Segment(first: middle, positions: small, tiles: count - more),
      ].filter { $0.tiles > 0 }
    }
    // The larger tiles first.
    let (small, more) = columns.count.quotientAndRemainder(dividingBy: count)
    var segments: [Segment] = []
    var last: [TapRun]?
    var first = columns.lowerBound
    for index in 0..<count {
      // What is not generated is quickest on whole tiles.
      let even = index < more ? small + 1 : small
      let positions = isa.isGenerated ? even : min(most, columns.upperBound - first)
      let runs = TapRun.all(geometry.columns, at: first..<first + positions)
      if let previous = segments.last, previous.positions == positions, runs == last {
        segments[segments.count - 1] = Segment(
          first: previous.first, positions: positions, tiles: previous.tiles + 1)
      } else {
        segments.append(Segment(first: first, positions: positions, tiles: 1))
      }
      last = runs
      first += positions
    }
    return segments
  }
}
