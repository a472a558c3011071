import Tensors

/// A convolution by tiles, ready to run.
///
/// A block of tiles takes three stages: points of the input, sums at each point, results.
struct PreparedWinograd: PreparedKernel {
  let tiling: WinogradTiling
  let weights: WinogradWeights
  /// The constants of the ending; nil where it has none.
  let table: Tensor?
  private let code: WinogradCode
  private let ending: TileEnding
  /// The ending's inputs that are read, in the order of their registers.
  private let read: [Int]
  let stages: [Int]

  init(
    _ tiling: WinogradTiling, _ code: WinogradCode, _ weights: WinogradWeights,
    _ ending: TileEnding, _ table: Tensor?
  ) {
    self.tiling = tiling
    self.weights = weights
    self.table = table
    self.code = code
    self.ending = ending
    read = ending.program?.inputs.sorted() ?? []
    let parts = min(Self.tileParts, tiling.tiles / tiling.blocks)
    let block = [parts, tiling.algorithm.products, parts]
    stages = (0..<tiling.blocks).flatMap { _ in block }
  }

  /// Parts of the tiles of a block.
  private static let tileParts = 16

  var packedBytes: Int {
    weights.byteCount + (table?.shape.count ?? 0) * MemoryLayout<Float>.stride
  }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    // The plan gives the workspace that was asked for.
    guard let workspace = unsafe memory.workspace else { return }
    let start = Int(bitPattern: workspace)
    let (block, step) = stage.quotientAndRemainder(dividingBy: 3)
    let tiles = tiling.tiles(of: block)
    if step == 1 { return unsafe multiply(part, tiles, start) }
    let (first, count) = (tiles.lowerBound, stages[stage])
    let some =
      first + tiles.count * part / count..<first + tiles.count * (part + 1) / count
    if step == 0 {
      unsafe transformInput(some, of: tiles, memory, start)
    } else {
      unsafe transformOutput(some, of: tiles, memory, start)
    }
  }

  // Every place holds all images of its map; code reads and writes the live cells of tiles only.
  // The workspace holds the points of the input, then those of the output, of a whole block.

  @unsafe private func transformInput(
    _ tiles: Range<Int>, of block: Range<Int>, _ memory: KernelMemory, _ space: Int
  ) {
    let float = MemoryLayout<Float>.stride
    let map = unsafe memory.inputs[0]
    var arguments = InputTransform.Arguments()
    var tile = tiles.lowerBound
    while tile < tiles.upperBound {
      let (image, row, column) = place(tile)
      let (y, x) = (tiling.rows.tiles[row], tiling.columns.tiles[column])
      let cell = y.cell * tiling.source.row + x.cell * tiling.source.column
      unsafe arguments.source = map.address(of: image) + cell * float
      arguments.destination = space + (tile - block.lowerBound) * tiling.lanes * float
      arguments.blockCount = tiling.inputBlocks
      arguments.tileCount = min(x.inputRun, tiles.upperBound - tile)
      tile += arguments.tileCount
      unsafe code.input[y.input][x.input].run(&arguments)
    }
  }

  @unsafe private func multiply(_ point: Int, _ block: Range<Int>, _ space: Int) {
    let float = MemoryLayout<Float>.stride
    let outputs = tiling.algorithm.products * tiling.inputPoint
    unsafe code.product.run(
      source: space + point * tiling.inputPoint * float,
      weights: weights.weights.address + point * tiling.weightPoint * float,
      zeros: weights.zeros.address,
      destination: space + (outputs + point * tiling.outputPoint) * float, tiles: block.count)
  }

  @unsafe private func transformOutput(
    _ tiles: Range<Int>, of block: Range<Int>, _ memory: KernelMemory, _ space: Int
  ) {
    let float = MemoryLayout<Float>.stride
    let points = space + tiling.algorithm.products * tiling.inputPoint * float
    var arguments = OutputTransform.Arguments()
    arguments.bias = weights.bias.address
    arguments.parameters = table?.address ?? 0
    var last = -1
    var tile = tiles.lowerBound
    while tile < tiles.upperBound {
      let (image, row, column) = place(tile)
      let (y, x) = (tiling.rows.tiles[row], tiling.columns.tiles[column])
      if image != last {
        last = image
        unsafe arguments.destination = memory.output.address(of: image)
        if let second = unsafe memory.second {
          unsafe arguments.second = second.address(of: image)
        }
        for (index, input) in read.enumerated() {
          unsafe arguments.inputs[index] = memory.inputs[1 + input].address(of: image)
        }
      }
      arguments.source = points + (tile - block.lowerBound) * tiling.lanes * float
      arguments.place =
        (y.result * tiling.destination.row + x.result * tiling.destination.column) * float
      arguments.blockCount = tiling.outputBlocks
      arguments.tileCount = min(x.outputRun, tiles.upperBound - tile)
      tile += arguments.tileCount
      unsafe code.output[y.output][x.output].run(&arguments)
    }
  }

  /// Where a tile lies.
  private func place(_ tile: Int) -> (image: Int, row: Int, column: Int) {
    let (line, column) = tile.quotientAndRemainder(dividingBy: tiling.columns.tiles.count)
    let (image, row) = line.quotientAndRemainder(dividingBy: tiling.rows.tiles.count)
    return (image, row, column)
  }
}
