import Tensors

/// A direct convolution of one image with the code of its tiles and its packed parameters.
struct DirectRunner: Sendable {
  struct Segment: Sendable {
    let segment: DirectTiling.Segment
    let code: TileCode
  }

  let tiling: DirectTiling
  let parameters: DirectParameters
  /// Of each pass its kind; of each kind and band of columns its segments.
  private let kinds: [Int]
  private let segments: [[[Segment]]]
  private let ending: TileEnding

  /// Nil where the system gives no executable memory.
  init?(_ tiling: DirectTiling, _ ending: TileEnding, _ parameters: DirectParameters) {
    guard let (kinds, segments) = Self.code(tiling, ending) else { return nil }
    self.tiling = tiling
    self.parameters = parameters
    self.ending = ending
    self.kinds = kinds
    self.segments = segments
  }

  /// Code is made once and shared, so asking whether it can be had costs nothing.
  static func code(
    _ tiling: DirectTiling, _ ending: TileEnding
  ) -> (kinds: [Int], segments: [[[Segment]]])? {
    var kinds: [DirectPass.Kind: Int] = [:]
    var segments: [[[Segment]]] = []
    for pass in tiling.passes where kinds[pass.kind] == nil {
      kinds[pass.kind] = segments.count
      var bands: [[Segment]] = []
      for band in tiling.columnBands {
        var row: [Segment] = []
        for segment in tiling.segments(pass.kind, band) {
          guard let code = TileCode(tiling.tile(pass.kind, segment, ending)) else { return nil }
          row.append(Segment(segment: segment, code: code))
        }
        bands.append(row)
      }
      segments.append(bands)
    }
    return (tiling.passes.map { kinds[$0.kind, default: 0] }, segments)
  }

  /// The maps of one image: where its source, its results and the inputs of the ending begin.
  @unsafe struct Maps {
    var source: Int
    var destination: Int
    var second: Int
    /// For sums that are not complete; 0 where they lie in the destination, or are none.
    var sums: Int
    /// The constants of the ending.
    var table: Int
    /// As many as the ending has.
    var inputs: UnsafePointer<Int>
  }

  /// One part of the convolution of one image.
  @unsafe func run(part: Int, _ maps: Maps) {
    let (rest, columns) = part.quotientAndRemainder(dividingBy: tiling.columnBands.count)
    let (group, rows) = rest.quotientAndRemainder(dividingBy: tiling.rowBands.count)
    for pass in tiling.passGroups[group] {
      let blocks = tiling.passes[pass].inputBlocks
      // At least once, for there is a block of input.
      for chunk in stride(from: 0, to: blocks, by: tiling.chunk) {
        unsafe run(
          pass, chunk..<min(chunk + tiling.chunk, blocks), tiling.rowBands[rows], columns, maps)
      }
    }
  }

  /// Rows of one pass over some blocks of input.
  @unsafe private func run(
    _ index: Int, _ chunk: Range<Int>, _ band: Range<Int>, _ columnBand: Int, _ maps: Maps
  ) {
    let (geometry, pass) = (tiling.geometry, tiling.passes[index])
    let (rows, columns, lanes) = (geometry.rows, geometry.columns, geometry.lanes)
    let (float, blocks) = (MemoryLayout<Float>.stride, pass.kind.blocks)
    let (first, last) = (pass.kind.firstLanes.count, pass.kind.lastLanes.count)
    let tapFloats = (
      first: geometry.rowFloats(inputs: first, blocks: blocks),
      full: geometry.rowFloats(
        inputs: geometry.isDepthwise ? 1 : geometry.inputLanes, blocks: blocks),
      last: geometry.rowFloats(inputs: last, blocks: blocks)
    )
    let before = (first > 0 ? 1 : 0, pass.inputBlocks - (last > 0 ? 1 : 0))
    let fullBefore = max(0, chunk.lowerBound - before.0)
    var arguments = TileArguments()
    arguments.firstCount = first > 0 && chunk.lowerBound == 0 ? 1 : 0
    arguments.lastCount = last > 0 && chunk.upperBound > before.1 ? 1 : 0
    arguments.blockCount = chunk.count - arguments.firstCount - arguments.lastCount
    arguments.continues = chunk.lowerBound > 0 ? 1 : 0
    arguments.isLast = chunk.upperBound == pass.inputBlocks ? 1 : 0
    arguments.destinationBlock = geometry.destination.block * float
    arguments.narrowBlock = geometry.destination.block * Precision.bf16.byteCount
    let skippedFirst = chunk.lowerBound > 0 ? tapFloats.first : 0
    let weights =
      (pass.weightsBefore + rows.kernel * (skippedFirst + fullBefore * tapFloats.full)) * float

    let destination = geometry.firstCell + pass.firstBlock * geometry.destination.block
    let resultBytes = geometry.resultNumbers.byteCount
    unsafe arguments.destination = maps.destination + destination * resultBytes
    unsafe arguments.second = maps.second + destination * resultBytes
    unsafe arguments.sums = maps.sums + destination * float
    arguments.start =
      geometry.resultNumbers == .fp32 ? arguments.destination : arguments.sums
    arguments.startBlock = arguments.destinationBlock
    if let program = ending.program {
      unsafe arguments.parameters = maps.table + pass.firstBlock * program.bytesPerBlock
    }
    let placeBytes = TileForm.placeBytes(geometry.resultNumbers, ending)
    let source = (pass.source + chunk.lowerBound * geometry.source.block) * float
    let count = ending.mapInputs.count
    unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: max(1, count)) { inputs in
      for (index, isMap) in ending.mapInputs.enumerated() {
        // One number a channel lies block after block.
        unsafe inputs.initializeElement(
          at: index,
          to: maps.inputs[index] + (isMap ? destination : pass.firstBlock * lanes)
            * ending.inputNumbers[index].byteCount)
      }
      arguments.inputs = Int(bitPattern: inputs.baseAddress)
      let packed = parameters.weights.address + weights
      arguments.bias = parameters.bias.address + pass.blocksBefore * lanes * float
      arguments.masks = parameters.masks.address + pass.blocksBefore * lanes * float
      var y = band.lowerBound
      while y < band.upperBound {
        let taps = rows.taps(at: y)
        // Rows that see the same rows of the window follow each other.
        var end = y + 1
        if geometry.isDepthwise {
          while end < band.upperBound && rows.taps(at: end) == taps { end += 1 }
        }
        let row = taps.isEmpty ? 0 : rows.cell(at: y, tap: taps.lowerBound)
        let after = rows.kernel - taps.upperBound
        arguments.weights = packed
        if geometry.isDepthwise { arguments.weights += taps.lowerBound * tapFloats.full * float }
        arguments.rowCount = taps.count
        arguments.firstBefore = taps.lowerBound * tapFloats.first * float
        arguments.firstAfter = after * tapFloats.first * float
        arguments.before = taps.lowerBound * tapFloats.full * float
        arguments.after = after * tapFloats.full * float
        arguments.lastBefore = taps.lowerBound * tapFloats.last * float
        arguments.sourceSkip =
          (geometry.source.block - taps.count * rows.rate * geometry.source.row) * float
        let ahead = min(Self.fetchedBlocks, arguments.blockCount)
        arguments.prefetch = ahead * geometry.source.block * float
        arguments.wrapAt = ahead + 1
        arguments.lineSource = rows.stride * geometry.source.row * float
        arguments.linePlace = geometry.destination.row * placeBytes
        for segment in segments[kinds[index]][columnBand] {
          let x = segment.segment.first
          let cell =
            row * geometry.source.row
            + (x * columns.stride - columns.before) * geometry.source.column
          unsafe arguments.source = maps.source + source + cell * float
          arguments.place =
            (y * geometry.destination.row + x * geometry.destination.column) * placeBytes
          arguments.wrap =
            segment.segment.positions * columns.stride * geometry.source.column * float
            - (arguments.blockCount - ahead) * geometry.source.block * float
          arguments.tileCount = segment.segment.tiles
          arguments.lineCount = end - y
          unsafe segment.code.run(&arguments)
        }
        y = end
      }
    }
  }

  /// How many blocks ahead the source is fetched: as long before as memory takes.
  private static let fetchedBlocks = 4
}

/// The code of a tile, or what does without.
enum TileCode: Sendable {
  case machine(KernelCode)
  case portable(ConvolutionTile)

  private static let cache = CodeCache<ConvolutionTile>()

  /// Nil where the system gives no executable memory.
  init?(_ tile: ConvolutionTile) {
    guard tile.form.isa.isGenerated else {
      self = .portable(tile)
      return
    }
    guard let code = Self.cache.code(for: tile, generate: { $0.code() }) else { return nil }
    self = .machine(code)
  }

  @unsafe func run(_ arguments: inout TileArguments) {
    switch self {
    case .machine(let code): unsafe code.run(&arguments)
    case .portable(let tile): unsafe PortableTile.run(tile, &arguments)
    }
  }
}
