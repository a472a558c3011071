import Tensors

/// A convolution of one tap by products of quarters, ready to run.
///
/// A part makes the operands of a band in its scratch, one after the other, and multiplies each.
struct PreparedStrassen: PreparedKernel {
  let tiling: StrassenTiling
  let weights: StrassenWeights
  /// The constants of the ending; nil where it has none.
  let table: Tensor?
  private let code: StrassenCode
  private let inputCount: Int

  init(
    _ tiling: StrassenTiling, _ code: StrassenCode, _ weights: StrassenWeights,
    _ ending: TileEnding, _ table: Tensor?
  ) {
    self.tiling = tiling
    self.weights = weights
    self.table = table
    self.code = code
    inputCount = ending.mapInputs.count
  }

  var stages: [Int] { [tiling.parts] }

  var packedBytes: Int {
    weights.byteCount + (table?.byteCount ?? 0)
  }

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    // The plan gives the scratch that was asked for.
    guard let scratch = unsafe memory.scratch else { return }
    let (band, run) = part.quotientAndRemainder(dividingBy: tiling.passRuns.count)
    let image = band / tiling.bands
    let pairs = tiling.pairs(of: band % tiling.bands)
    let position = 2 * pairs.lowerBound
    let seconds = min(pairs.count, tiling.positions - position - pairs.count)
    let operand = Int(bitPattern: scratch)
    let sums = operand + tiling.operand * MemoryLayout<Float>.stride
    let operands = unsafe StrassenOperands(
      tiling, code.sums, image: memory.inputs[0].address(of: image), position: position,
      pairs: pairs.count, seconds: seconds, operand: scratch,
      edge: scratch + tiling.operand + 3 * tiling.sums, zeros: weights.zeros.address)
    // Every place holds all images of its map.
    unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: max(1, inputCount)) { inputs in
      for input in 0..<inputCount {
        unsafe inputs.initializeElement(
          at: input, to: memory.inputs[1 + input].address(of: image))
      }
      guard let first = inputs.baseAddress else { return }
      let places = unsafe StrassenProduct.Places(
        operand: operand, sums: sums, weights: weights.weights.address,
        bias: weights.bias.address,
        maps: DirectRunner.Maps(
          source: 0, destination: memory.output.address(of: image),
          second: memory.second?.address(of: image) ?? 0, sums: 0, table: table?.address ?? 0,
          inputs: first),
        position: position, pairs: pairs.count, seconds: seconds,
        passes: tiling.passRuns[run])
      unsafe code.product.run(places, operands)
    }
  }
}

/// The functions of a tiling.
struct StrassenCode: Sendable {
  /// By the number of their form.
  let sums: [KernelCode]
  let product: StrassenProduct

  private static let cache = CodeCache<StrassenSums>()

  /// Nil where the system gives no executable memory.
  init?(_ tiling: StrassenTiling, _ ending: TileEnding) {
    sums = StrassenSums.Form.allCases.compactMap { form in
      Self.cache.code(for: StrassenSums(isa: tiling.isa, form: form)) { $0.code() }
    }
    guard sums.count == StrassenSums.Form.allCases.count,
      let product = StrassenProduct(tiling, ending)
    else { return nil }
    self.product = product
  }
}
