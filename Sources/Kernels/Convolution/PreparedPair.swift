import Tensors

/// Two convolutions by bands, ready to run: a part makes a band of the first result in its scratch
/// and goes on from there.
struct PreparedPair: PreparedKernel {
  let first: DirectRunner
  let second: DirectRunner
  /// The constants of the endings; nil where they have none.
  let tables: (first: Tensor?, second: Tensor?)
  private let inputCount: Int
  private let bands: Int
  let stages: [Int]

  init(
    _ pair: ConvolutionPair, _ first: DirectRunner, _ second: DirectRunner,
    _ tables: (first: Tensor?, second: Tensor?)
  ) {
    self.first = first
    self.second = second
    self.tables = tables
    inputCount = pair.second.ending.mapInputs.count
    bands = pair.bands.count
    stages = [pair.second.call.call.output.n * bands]
  }

  var packedBytes: Int {
    [first, second].reduce(0) { $0 + $1.parameters.byteCount }
      + (tables.first?.byteCount ?? 0) + (tables.second?.byteCount ?? 0)
  }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    let (image, band) = part.quotientAndRemainder(dividingBy: bands)
    let scratch = Int(bitPattern: unsafe memory.scratch)
    // Every place holds all images of its map and the scratch one band, which begins where the maps
    // would have it.
    unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: max(1, inputCount)) { inputs in
      guard let others = inputs.baseAddress else { return }
      let before = unsafe DirectRunner.Maps(
        source: memory.inputs[0].address(of: image),
        destination: scratch - first.tiling.bytesBefore(part: band, .result), second: 0, sums: 0,
        table: tables.first?.address ?? 0, inputs: others)
      unsafe first.run(part: band, before)
      for input in 0..<inputCount {
        unsafe inputs.initializeElement(
          at: input, to: memory.inputs[1 + input].address(of: image))
      }
      let after = unsafe DirectRunner.Maps(
        source: scratch - second.tiling.bytesBefore(part: band, .source),
        destination: memory.output.address(of: image),
        second: memory.second?.address(of: image) ?? 0, sums: 0,
        table: tables.second?.address ?? 0, inputs: others)
      unsafe second.run(part: band, after)
    }
  }
}

extension DirectTiling {
  enum Side { case source, result }

  /// Bytes of a block before the first cell of a part, of a window that reads where it stands.
  func bytesBefore(part: Int, _ side: Side) -> Int {
    let row = rowBands[part / columnBands.count % rowBands.count].lowerBound
    let column = columnBands[part % columnBands.count].lowerBound
    switch side {
    case .source:
      return (row * geometry.source.row + column * geometry.source.column)
        * MemoryLayout<Float>.stride
    case .result:
      return (row * geometry.destination.row + column * geometry.destination.column)
        * geometry.resultNumbers.byteCount
    }
  }
}
