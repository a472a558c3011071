import Tensors
import X86

/// How a convolution is cut into tiles, and these into blocks that are computed together.
struct WinogradTiling: Hashable, Sendable {
  let isa: VectorISA
  let algorithm: WinogradAlgorithm
  let images: Int
  let inputChannels: Int
  let outputChannels: Int
  let rows: WinogradAxis
  let columns: WinogradAxis
  /// How maps lie in memory.
  let source: MapSteps
  let destination: MapSteps
  /// Tiles of all images, and blocks of them as even as they can be.
  let tiles: Int
  let blocks: Int

  var lanes: Int { isa.lanes }
  var inputBlocks: Int { ceilDivide(inputChannels, lanes) }
  var outputBlocks: Int { ceilDivide(outputChannels, lanes) }

  /// Nil where the call is of another kind.
  init?(_ call: Call, _ isa: VectorISA, _ algorithm: WinogradAlgorithm) {
    guard case .convolution(let spec) = call.spec, spec.isWinograd else { return nil }
    let (input, output) = (call.inputs[0], call.output)
    let window = spec.slidingWindow
    self.isa = isa
    self.algorithm = algorithm
    images = output.n
    inputChannels = input.c
    outputChannels = output.c
    rows = WinogradAxis(window.axis(.height, input: input.h, output: output.h), algorithm)
    columns = WinogradAxis(window.axis(.width, input: input.w, output: output.w), algorithm)
    source = MapSteps(isa.layout, lanes: isa.lanes, height: input.h, width: input.w)
    destination = MapSteps(isa.layout, lanes: isa.lanes, height: output.h, width: output.w)
    tiles = images * rows.tiles.count * columns.tiles.count
    let tileBytes =
      algorithm.products * (ceilDivide(input.c, isa.lanes) + ceilDivide(output.c, isa.lanes))
      * isa.width.byteCount
    blocks = ceilDivide(tiles, max(Self.blockBytes / tileBytes, Self.fewestTiles))
  }

  /// Bytes of the points of a block, and tiles of it at least, so that its weights are worth reading.
  private static let blockBytes = 4 << 20
  private static let fewestTiles = 64

  /// Tiles of a block.
  func tiles(of block: Int) -> Range<Int> {
    tiles * block / blocks..<tiles * (block + 1) / blocks
  }

  /// Tiles of the largest block.
  var mostTiles: Int { ceilDivide(tiles, blocks) }

  /// Floats of the points of a block, from one point to the next: one vector more than there are,
  /// so that points lie in different sets of a cache.
  var inputPoint: Int { (inputBlocks * mostTiles + 1) * lanes }
  var outputPoint: Int { (outputBlocks * mostTiles + 1) * lanes }
  /// Floats of the weights of a point, one vector more for the same reason.
  var weightPoint: Int { (outputBlocks * inputChannels + 1) * lanes }
  /// Bytes of the points of a block.
  var workspaceBytes: Int {
    algorithm.products * (inputPoint + outputPoint) * MemoryLayout<Float>.stride
  }

  /// Why no code can be made, where none can: offsets in code have 32 bits.
  var refusal: String? {
    let float = MemoryLayout<Float>.stride
    let spans = [
      product([algorithm.points, rows.rate, source.row, float]),
      product([algorithm.points, columns.rate, source.column, float]),
      product([algorithm.results, rows.rate, destination.row, float]),
      product([source.block, float]), product([destination.block, float]),
      workspaceBytes,
    ]
    guard spans.allSatisfy({ $0 ?? .max <= 1 << 29 }) else {
      return "a row or a block of tiles has more than 512 MiB"
    }
    return nil
  }

  // MARK: What code is made from

  /// The function for tiles of the same runs of live points.
  func inputTransform(rows live: Range<Int>, columns liveColumns: Range<Int>) -> InputTransform {
    let float = MemoryLayout<Float>.stride
    return InputTransform(
      isa: isa, algorithm: algorithm, rows: live, columns: liveColumns,
      rowStep: rows.rate * source.row * float, columnStep: columns.rate * source.column * float,
      sourceBlock: source.block * float, pointStep: inputPoint * float,
      destinationBlock: mostTiles * lanes * float)
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
      destinationBlock: destination.block * float, ending: ending)
  }
}

extension ConvolutionSpec {
  /// Whether it is a window of three rows and columns at every cell, over all channels.
  var isWinograd: Bool {
    kernel == Size2(3) && stride == .one && groups == 1 && !transposed
  }
}
