import Tensors

/// The pieces of a call, each part of which computes cells that no other part does.
struct PreparedConvolution: PreparedKernel {
  let runners: [DirectRunner]
  /// The constants of the ending; nil where it has none.
  let table: Tensor?
  private let inputCount: Int
  /// Floats of one image of the sums that are not complete, where these lie in the workspace.
  private let sumFloats: Int?
  private let partsPerImage: Int
  let stages: [Int]

  init(
    _ call: KernelCall, _ ending: TileEnding, _ table: Tensor?, _ runners: [DirectRunner]
  ) {
    self.runners = runners
    self.table = table
    inputCount = ending.mapInputs.count
    sumFloats = Self.sumFloats(call, chunks: runners.map(\.tiling.chunks).max() ?? 1)
    partsPerImage = runners.reduce(0) { $0 + $1.tiling.parts }
    stages = [call.call.output.n * partsPerImage]
  }

  /// Sums of chunks are added up as floats: in the result, or beside it where it has none.
  static func sumFloats(_ call: KernelCall, chunks: Int) -> Int? {
    chunks > 1 && call.output.isBF16 ? call.output.wide.imageFloats(call.call.output) : nil
  }

  var packedBytes: Int {
    runners.reduce(0) { $0 + $1.parameters.byteCount }
      + (table?.byteCount ?? 0)
  }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    var (image, part) = part.quotientAndRemainder(dividingBy: partsPerImage)
    var index = 0
    while part >= runners[index].tiling.parts {
      part -= runners[index].tiling.parts
      index += 1
    }
    // Every place holds all images of its map; addresses stay inside but for what no tap reads.
    unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: max(1, inputCount)) { inputs in
      for input in 0..<inputCount {
        unsafe inputs.initializeElement(
          at: input, to: memory.inputs[1 + input].address(of: image))
      }
      guard let first = inputs.baseAddress else { return }
      let maps = unsafe DirectRunner.Maps(
        source: memory.inputs[0].address(of: image),
        destination: memory.output.address(of: image),
        second: memory.second?.address(of: image) ?? 0,
        sums: Int(bitPattern: memory.workspace) + image * (sumFloats ?? 0)
          * MemoryLayout<Float>.stride,
        table: table?.address ?? 0,
        inputs: first)
      unsafe runners[index].run(part: part, maps)
    }
  }
}
