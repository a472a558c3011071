import Tensors
import X86

/// A convolution by tiles, ready to run.
///
/// A block of tiles takes the points of its input and of the weights, sums at each point, run by
/// run of channels, and at last the results.
struct PreparedWinograd: PreparedKernel {
  let tiling: WinogradTiling
  let weights: WinogradWeights
  /// The constants of the ending; nil where it has none.
  let table: Tensor?
  private let code: WinogradCode
  private let ending: TileEnding
  /// The ending's inputs that are read, in the order of their registers.
  private let read: [Int]
  private let steps: [Step]
  let stages: [Int]

  /// What a stage does with a block of tiles, some channels and some passes.
  private struct Step {
    enum Work {
      /// Points of the input in the first parts, of the weights in the others.
      case points(inputs: Int, weights: Int)
      case products
      case results
    }

    let work: Work
    let block: Int
    var channels = 0..<0
    var passes = 0..<0
  }

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
    let parts = min(Self.mostParts, tiling.tiles / tiling.blocks)
    var (steps, stages): ([Step], [Int]) = ([], [])
    for block in 0..<tiling.blocks {
      for channels in tiling.channelRuns {
        for passes in tiling.passRuns {
          let inputs = passes.lowerBound == 0 ? parts : 0
          let isMaking = block < tiling.makings
          let made = isMaking ? min(Self.mostParts, passes.count * channels.count) : 0
          let points = Step.Work.points(inputs: inputs, weights: made)
          steps.append(Step(work: points, block: block, channels: channels, passes: passes))
          stages.append(inputs + made)
          steps.append(Step(work: .products, block: block, channels: channels, passes: passes))
          stages.append(tiling.algorithm.products)
        }
      }
      steps.append(Step(work: .results, block: block))
      stages.append(parts)
    }
    self.steps = steps
    self.stages = stages
  }

  /// Parts of what is not products.
  private static let mostParts = 16

  var packedBytes: Int {
    weights.byteCount + (table?.byteCount ?? 0)
  }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    // The plan gives the workspace that was asked for.
    guard let workspace = unsafe memory.workspace else { return }
    let space = Space(tiling, weights, Int(bitPattern: workspace))
    let step = steps[stage]
    let tiles = tiling.tiles(of: step.block)
    switch step.work {
    case .points(let inputs, let weights):
      if part < inputs {
        unsafe transformInput(tiles.part(part, of: inputs), step, memory, space)
      } else {
        unsafe transformWeights(part - inputs, of: weights, step, space)
      }
    case .products:
      if tiling.sumsRunsApart && step.channels.lowerBound > 0 {
        unsafe addProducts(part, tiles.count, step, space, memory)
      } else {
        unsafe multiply(part, tiles.count, step, space, into: space.sums(of: part))
      }
    case .results:
      unsafe transformOutput(tiles.part(part, of: stages[stage]), of: tiles, memory, space)
    }
  }

  /// Where the points of the input, the sums of a whole block and the points of weights begin.
  private struct Space {
    let inputs: Int
    let sums: Int
    let weights: Int
    private let outputPoint: Int

    /// Of one point.
    func sums(of point: Int) -> Int { sums + point * outputPoint * MemoryLayout<Float>.stride }

    init(_ tiling: WinogradTiling, _ packed: WinogradWeights, _ start: Int) {
      let bytes = tiling.algorithm.products * MemoryLayout<Float>.stride
      outputPoint = tiling.outputPoint
      inputs = start
      sums = inputs + bytes * tiling.inputPoint
      weights =
        tiling.keepsPoints ? packed.weights.address : sums + bytes * tiling.outputPoint
    }
  }

  // Every place holds all images of its map; code reads and writes the live cells of tiles only.
  // The workspace has room for the points of the largest block and runs.

  @unsafe private func transformInput(
    _ tiles: Range<Int>, _ step: Step, _ memory: KernelMemory, _ space: Space
  ) {
    let float = MemoryLayout<Float>.stride
    let map = unsafe memory.inputs[0]
    let first = tiling.tiles(of: step.block).lowerBound
    let channels = step.channels.lowerBound / tiling.lanes * tiling.source.block * float
    var arguments = PointTransform.Arguments()
    var tile = tiles.lowerBound
    while tile < tiles.upperBound {
      let (image, row, column) = place(tile)
      let (y, x) = (tiling.rows.tiles[row], tiling.columns.tiles[column])
      let cell = y.cell * tiling.source.row + x.cell * tiling.source.column
      unsafe arguments.source = map.address(of: image) + cell * float + channels
      arguments.destination = space.inputs + (tile - first) * tiling.lanes * float
      arguments.blockCount = ceilDivide(step.channels.count, tiling.lanes)
      arguments.tileCount = min(x.inputRun, tiles.upperBound - tile)
      tile += arguments.tileCount
      unsafe code.input[y.input][x.input].run(&arguments)
    }
  }

  /// The vectors of some channels of the passes, counted over all of these.
  @unsafe private func transformWeights(_ part: Int, of parts: Int, _ step: Step, _ space: Space) {
    let (channels, vector) = (step.channels.count, tiling.isa.width.byteCount)
    let some = (0..<step.passes.count * channels).part(part, of: parts)
    let first = tiling.passes[step.passes.lowerBound].lowerBound
    var arguments = PointTransform.Arguments()
    arguments.blockCount = 1
    for index in step.passes {
      let pass = tiling.passes[index]
      let own = (index - step.passes.lowerBound) * channels
      let live = some.clamped(to: own..<own + channels)
      guard !live.isEmpty else { continue }
      let packed =
        pass.lowerBound * tiling.inputChannels
        + (step.channels.lowerBound + live.lowerBound - own) * pass.count
      let bytes = tiling.lanes * tiling.weightNumbers.byteCount
      arguments.source = weights.weights.address + packed * WinogradWeights.taps * bytes
      let made =
        (pass.lowerBound - first) * channels + (live.lowerBound - own) * pass.count
      arguments.destination = space.weights + made * vector
      arguments.tileCount = live.count * pass.count
      unsafe code.filter.run(&arguments)
    }
  }

  /// Sums over a run of channels are made in the scratch, so that their errors grow with the run alone.
  @unsafe private func addProducts(
    _ point: Int, _ tiles: Int, _ step: Step, _ space: Space, _ memory: KernelMemory
  ) {
    // The plan gives the scratch that was asked for: the sums of a point.
    guard let own = unsafe memory.scratch,
      let sums = unsafe UnsafeMutablePointer<Float>(bitPattern: space.sums(of: point))
    else { return }
    unsafe multiply(point, tiles, step, space, into: Int(bitPattern: own))
    // Whole vectors of every block of output, of which the first tiles are live.
    for block in 0..<tiling.outputBlocks {
      let first = block * tiling.mostTiles * tiling.lanes
      for place in stride(from: first, to: first + tiles * tiling.lanes, by: 8) {
        let sum = unsafe SIMD8<Float>(at: sums + place) + SIMD8<Float>(at: own + place)
        unsafe sum.store(to: sums + place)
      }
    }
  }

  @unsafe private func multiply(
    _ point: Int, _ tiles: Int, _ step: Step, _ space: Space, into destination: Int
  ) {
    let float = MemoryLayout<Float>.stride
    unsafe code.product.run(
      source: space.inputs + point * tiling.inputPoint * float,
      weights: space.weights + point * tiling.weightPoint * float,
      zeros: weights.zeros.address,
      destination: destination, tiles: tiles,
      channels: step.channels, passes: step.passes)
  }

  @unsafe private func transformOutput(
    _ tiles: Range<Int>, of block: Range<Int>, _ memory: KernelMemory, _ space: Space
  ) {
    let float = MemoryLayout<Float>.stride
    let placeBytes = TileForm.placeBytes(tiling.resultNumbers, ending)
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
      arguments.source = space.sums + (tile - block.lowerBound) * tiling.lanes * float
      arguments.place =
        (y.result * tiling.destination.row + x.result * tiling.destination.column) * placeBytes
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
