import Tensors

/// What a convolution takes, in fused multiply-adds of vectors.
enum WinogradCost {
  /// Larger tiles are worth their memory where they take at most this share of the time.
  private static let worthwhile = 0.9
  /// Of the sums at the points, of which weights and points come from further away.
  private static let product = 1.065
  /// Of one vector of weights beside its products, and with them, where memory sets the pace.
  private static let weight = 2.0
  private static let farWeight = 28.0
  /// Of a tile, of the first weights of a point, and of a stage.
  private static let tile = 400.0
  private static let point = 4000.0
  private static let stage = 4000.0

  /// Of one point of a block of channels, in the transforms.
  private static func points(_ algorithm: WinogradAlgorithm) -> (input: Double, output: Double) {
    switch algorithm {
    case .two: (17, 9)
    case .four: (23, 16)
    case .six: (33, 25)
    }
  }

  /// Why another way is better; nil where none is.
  static func refusal(
    _ call: Call, _ isa: VectorISA, _ algorithm: WinogradAlgorithm
  ) -> String? {
    guard let direct = direct(call, isa), let own = estimate(call, isa, algorithm) else {
      return "its size has no bound"
    }
    guard own <= direct * worthwhile else {
      return "direct is cheaper: these tiles take \(share(own, direct)) of its time"
    }
    for smaller in WinogradAlgorithm.allCases where smaller.results < algorithm.results {
      guard let cost = estimate(call, isa, smaller), own > cost * worthwhile else { continue }
      return "\(smaller.results)x\(smaller.results) is smaller: "
        + "these tiles take \(share(own, cost)) of its time"
    }
    return nil
  }

  private static func share(_ a: Double, _ b: Double) -> String {
    let share = a / b * 100
    return share < 1000 ? "\(Int(share.rounded())) %" : "more than ten times"
  }

  /// Products of the taps that read the map.
  static func direct(_ call: Call, _ isa: VectorISA) -> Double? {
    guard case .convolution(let spec) = call.spec else { return nil }
    let (input, output) = (call.inputs[0], call.output)
    let window = spec.slidingWindow
    let taps = [(Axis.height, input.h, output.h), (.width, input.w, output.w)].map {
      Double(window.axis($0, input: $1, output: $2).liveTaps)
    }
    return Double(output.n) * taps[0] * taps[1] * Double(input.c)
      * Double(ceilDivide(output.c, isa.lanes))
  }

  static func estimate(
    _ call: Call, _ isa: VectorISA, _ algorithm: WinogradAlgorithm
  ) -> Double? {
    guard algorithm != .six || isa.registerCount >= 32,
      let tiling = WinogradTiling(call, isa, algorithm)
    else { return nil }
    let (tiles, products) = (Double(tiling.tiles), Double(algorithm.products))
    let (inputs, outputs) = (Double(tiling.inputBlocks), Double(tiling.outputBlocks))
    let weights = products * Double(tiling.inputChannels) * outputs
    let (input, output) = points(algorithm)
    let ofTile = products * (inputs * input + outputs * output) + tile
    let perBlock = tiles / Double(tiling.blocks)
    let ofWeights = weights * max(perBlock * product + weight, farWeight)
    return tiles * ofTile + Double(tiling.blocks) * (ofWeights + 3 * stage) + products * point
  }
}
