import Tensors
import X86

/// How a convolution is cut into tiles, and these into blocks that are computed together.
struct WinogradTiling: Hashable, Sendable {
  let isa: VectorISA
  let algorithm: WinogradAlgorithm
  /// Whether the points of weights are packed, rather than made in every run.
  let keepsPoints: Bool
  let images: Int
  let inputChannels: Int
  let outputChannels: Int
  let rows: WinogradAxis
  let columns: WinogradAxis
  /// How maps lie in memory, the result as if it were of floats.
  let source: MapSteps
  let destination: MapSteps
  /// What maps are made of, and weights that are made into points in every run.
  let sourceNumbers: Precision
  let resultNumbers: Precision
  let weightNumbers: Precision
  /// Tiles of all images, and blocks of them as even as they can be.
  let tiles: Int
  let blocks: Int
  /// Blocks of output that are summed together, runs of them whose weights are made into points at
  /// a time, and so the channels of input.
  let passes: [Range<Int>]
  let passRuns: [Range<Int>]
  let channelRuns: [Range<Int>]
  /// Channels and blocks of output of the largest runs.
  let mostChannels: Int
  let mostOutputs: Int

  var lanes: Int { isa.lanes }
  var inputBlocks: Int { ceilDivide(inputChannels, lanes) }
  var outputBlocks: Int { ceilDivide(outputChannels, lanes) }

  /// Nil where the call is of another kind.
  init?(_ kernelCall: KernelCall, _ kernel: WinogradConvolution) {
    let (call, isa, algorithm) = (kernelCall.call, kernel.isa, kernel.algorithm)
    let keepsPoints = kernel.keepsPoints
    guard case .convolution(let spec) = call.spec, spec.isWinograd else { return nil }
    let (input, output) = (call.inputs[0], call.output)
    let window = spec.slidingWindow
    self.isa = isa
    self.algorithm = algorithm
    self.keepsPoints = keepsPoints
    images = output.n
    inputChannels = input.c
    outputChannels = output.c
    rows = WinogradAxis(window.axis(.height, input: input.h, output: output.h), algorithm)
    columns = WinogradAxis(window.axis(.width, input: input.w, output: output.w), algorithm)
    let maps = (kernelCall.inputs[0], kernelCall.output)
    source = MapSteps(maps.0, lanes: isa.lanes, height: input.h, width: input.w)
    destination = MapSteps(maps.1.wide, lanes: isa.lanes, height: output.h, width: output.w)
    (sourceNumbers, resultNumbers) = (Precision(maps.0), Precision(maps.1))
    weightNumbers = keepsPoints ? .fp32 : kernel.precision
    tiles = images * rows.tiles.count * columns.tiles.count
    let (lanes, vector) = (isa.lanes, isa.width.byteCount)
    let (inputs, outputs) = (ceilDivide(input.c, lanes), ceilDivide(output.c, lanes))
    let isSplit = !keepsPoints || algorithm == .six && input.c > Self.mostSummed
    let channels = Self.cut(inputs, most: isSplit ? Self.mostInputs / lanes : .max).map {
      $0.lowerBound * lanes..<min($0.upperBound * lanes, input.c)
    }
    mostChannels = channels.map(\.count).max() ?? 1
    channelRuns = channels
    passes = Self.cut(outputs, most: WinogradProduct.mostBlocks)
    let passBytes = algorithm.products * mostChannels * vector * WinogradProduct.mostBlocks
    passRuns = Self.cut(
      passes.count, most: keepsPoints ? .max : max(Self.weightBytes / passBytes, 1))
    mostOutputs =
      passRuns.map { [passes] in
        passes[$0.upperBound - 1].upperBound - passes[$0.lowerBound].lowerBound
      }
      .max() ?? 1
    let tileBytes = algorithm.products * (ceilDivide(mostChannels, lanes) + outputs) * vector
    let fewest = keepsPoints ? Self.fewestTiles : Self.fewestOfMade
    blocks = ceilDivide(tiles, max(Self.blockBytes / tileBytes, fewest))
  }

  /// Bytes of the points of a block, and tiles of it at least, so that its weights are worth
  /// reading, or making.
  private static let blockBytes = 4 << 20
  private static let fewestTiles = 64
  private static let fewestOfMade = 96
  /// Channels over which sums of 6x6 tiles keep within a relative distance of 1e-5, which grows with
  /// their square root: 1.15e-5 at 1100.
  private static let mostSummed = 640
  /// Channels whose points are there together, and bytes of the points of their weights.
  private static let mostInputs = 512
  private static let weightBytes = 10 << 20

  /// Runs of at most so many, as even as they can be.
  private static func cut(_ count: Int, most: Int) -> [Range<Int>] {
    (0..<count).parts(ceilDivide(count, most))
  }

  /// Tiles of a block.
  func tiles(of block: Int) -> Range<Int> {
    (0..<tiles).part(block, of: blocks)
  }

  /// Tiles of the largest block.
  var mostTiles: Int { ceilDivide(tiles, blocks) }

  /// Times that all points of weights are made in a run: once where all have room.
  var makings: Int {
    if keepsPoints { return 0 }
    return channelRuns.count == 1 && passRuns.count == 1 ? 1 : blocks
  }

  /// Floats of the points of a block, from one point to the next: one vector more than there are,
  /// so that points lie in different sets of a cache.
  var inputPoint: Int { (ceilDivide(mostChannels, lanes) * mostTiles + 1) * lanes }
  var outputPoint: Int { (outputBlocks * mostTiles + 1) * lanes }
  /// Whether every run of channels is summed by itself, from zero on, and added to those before.
  var sumsRunsApart: Bool { algorithm == .six && channelRuns.count > 1 }
  /// Bytes of the sums of one point over a run of channels.
  var scratchBytes: Int { sumsRunsApart ? outputPoint * MemoryLayout<Float>.stride : 0 }
  /// Floats of the weights of a point, one vector more for the same reason.
  var weightPoint: Int {
    (mostOutputs * (keepsPoints ? inputChannels : mostChannels) + 1) * lanes
  }
  /// Bytes of the points of a block, and of weights where they are made.
  var workspaceBytes: Int {
    let floats = inputPoint + outputPoint + (keepsPoints ? 0 : weightPoint)
    return algorithm.products * floats * MemoryLayout<Float>.stride
  }

  /// Why no code can be made, where none can: offsets in code have 32 bits.
  var refusal: String? {
    let float = MemoryLayout<Float>.stride
    let spans = [
      product([algorithm.points, rows.rate, source.row, float]),
      product([algorithm.points, columns.rate, source.column, float]),
      product([algorithm.results, rows.rate, destination.row, float]),
      product([source.block, float]), product([destination.block, float]),
      workspaceBytes, product([weightPoint, algorithm.products, float]),
    ]
    guard spans.allSatisfy({ $0 ?? .max <= 1 << 29 }) else {
      return "a row or a block of tiles has more than 512 MiB"
    }
    return nil
  }

  // MARK: What code is made from

  /// The function for tiles of the same runs of live points.
  func inputTransform(rows live: Range<Int>, columns liveColumns: Range<Int>) -> PointTransform {
    let float = MemoryLayout<Float>.stride
    let columnStep = columns.rate * source.column * float
    return PointTransform(
      isa: isa, algorithm: algorithm, matrix: .input, numbers: sourceNumbers, rows: live,
      columns: liveColumns,
      rowStep: rows.rate * source.row * float, columnStep: columnStep,
      tileStep: algorithm.results * columnStep, sourceBlock: source.block * float,
      pointStep: inputPoint * float, destinationBlock: mostTiles * lanes * float)
  }

  /// The function for packed weights, of which a vector of output channels is a tile.
  var filterTransform: PointTransform {
    let vector = lanes * weightNumbers.byteCount
    return PointTransform(
      isa: isa, algorithm: algorithm, matrix: .filter, numbers: weightNumbers, rows: 0..<3,
      columns: 0..<3,
      rowStep: 3 * vector, columnStep: vector, tileStep: 9 * vector, sourceBlock: 0,
      pointStep: weightPoint * MemoryLayout<Float>.stride, destinationBlock: 0)
  }

  /// The function for tiles with as many results.
  func outputTransform(rows count: Int, columns width: Int, _ ending: TileEnding)
    -> OutputTransform
  {
    let float = MemoryLayout<Float>.stride
    return OutputTransform(
      isa: isa, algorithm: algorithm, rows: count, columns: width,
      pointStep: outputPoint * float, sourceBlock: mostTiles * lanes * float,
      rowStep: rows.rate * destination.row * float,
      columnStep: columns.rate * destination.column * float,
      destinationBlock: destination.block * float, ending: ending, numbers: resultNumbers)
  }
}

extension ConvolutionSpec {
  /// Whether it is a window of three rows and columns at every cell, over all channels.
  var isWinograd: Bool {
    kernel == Size2(3) && stride == .one && groups == 1 && !transposed
  }
}
