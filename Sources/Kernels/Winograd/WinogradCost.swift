import Tensors
import X86

/// What a convolution takes: time, in fused multiply-adds of vectors, and memory.
///
/// Packed points stay in memory for good, so what they take beyond the weights themselves counts as
/// time: each byte as much as reading it from memory, which gives about 18 bytes while 8 vectors are
/// multiplied and added. They have to save that in every run. At this rate DeepLabv3+ keeps none of
/// its 127 MB for less than 2 % of its time, and the largest layers of rate 12, whose points would
/// be made for few tiles each, keep theirs. What is made is in the workspace, which steps share.
struct WinogradCost {
  var time: Double
  /// Packed, beyond the weights.
  var bytes = 0.0

  var total: Double { time + bytes * Self.ofByte }

  private static let ofByte = 8.0 / 18
  /// Larger tiles are worth their lesser accuracy where they take at most this share.
  private static let worthwhile = 0.9
  /// Of the sums at the points, of which weights and points come from further away.
  private static let product = 1.065
  /// Of one vector of weights beside its products; with them, where memory sets the pace; of making
  /// it from the weights.
  private static let weight = 2.0
  private static let farWeight = 28.0
  private static let madeWeight = 14.0
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
  static func refusal(_ call: Call, _ kernel: WinogradConvolution) -> String? {
    let (isa, algorithm) = (kernel.isa, kernel.algorithm)
    guard let direct = direct(call, isa),
      let own = WinogradCost(call, isa, algorithm, keepsPoints: kernel.keepsPoints)
    else { return "its size has no bound" }
    if let other = WinogradCost(call, isa, algorithm, keepsPoints: !kernel.keepsPoints),
      other.total < own.total
    {
      return kernel.keepsPoints
        ? "points of weights made in every run are cheaper: \(own.comparison(other))"
        : "packed points of weights are cheaper: \(own.comparison(other))"
    }
    guard own.total <= direct.total * worthwhile else {
      return "direct is cheaper: \(own.comparison(direct))"
    }
    for smaller in WinogradAlgorithm.allCases where smaller.results < algorithm.results {
      for keepsPoints in smaller.keepings {
        guard let cost = WinogradCost(call, isa, smaller, keepsPoints: keepsPoints),
          own.total > cost.total * worthwhile
        else { continue }
        return "\(smaller.results)x\(smaller.results) is smaller: \(own.comparison(cost))"
      }
    }
    return nil
  }

  /// `these tiles take 80 % of its time, and memory that counts as 30 % more`
  private func comparison(_ other: WinogradCost) -> String {
    func share(_ part: Double) -> String {
      let share = part / other.time * 100
      return share < 1000 ? "\(Int(share.rounded())) %" : "more than ten times"
    }
    let memory = (bytes - other.bytes) * Self.ofByte
    let counted =
      memory == 0
      ? ""
      : ", and memory that counts as \(share(memory.magnitude)) \(memory > 0 ? "more" : "less")"
    return "these tiles take \(share(time)) of its time\(counted)"
  }

  /// Products of the taps that read the map.
  static func direct(_ call: Call, _ isa: VectorISA) -> WinogradCost? {
    guard case .convolution(let spec) = call.spec else { return nil }
    let (input, output) = (call.inputs[0], call.output)
    let window = spec.slidingWindow
    let taps = [(Axis.height, input.h, output.h), (.width, input.w, output.w)].map {
      Double(window.axis($0, input: $1, output: $2).liveTaps)
    }
    return WinogradCost(
      time: Double(output.n) * taps[0] * taps[1] * Double(input.c)
        * Double(ceilDivide(output.c, isa.lanes)))
  }

  private init(time: Double) { self.time = time }

  init?(_ call: Call, _ isa: VectorISA, _ algorithm: WinogradAlgorithm, keepsPoints: Bool) {
    guard algorithm.keepings.contains(keepsPoints), algorithm != .six || isa.registerCount >= 32,
      let tiling = WinogradTiling(call, isa, algorithm, keepsPoints: keepsPoints)
    else { return nil }
    let (tiles, products) = (Double(tiling.tiles), Double(algorithm.products))
    let (inputs, outputs) = (Double(tiling.inputBlocks), Double(tiling.outputBlocks))
    let weights = products * Double(tiling.inputChannels) * outputs
    let (input, output) = Self.points(algorithm)
    let ofTile = products * (inputs * input + outputs * output) + Self.tile
    let perBlock = tiles / Double(tiling.blocks)
    let ofProducts = perBlock * Self.product + Self.weight
    let ofWeights = weights * (keepsPoints ? max(ofProducts, Self.farWeight) : ofProducts)
    let stages = Double(3 * tiling.channelRuns.count * tiling.passRuns.count)
    time =
      tiles * ofTile + Double(tiling.blocks) * (ofWeights + stages * Self.stage)
      + Double(tiling.makings) * weights * Self.madeWeight + products * Self.point
    guard keepsPoints else { return }
    let extra = (products - Double(WinogradWeights.taps)) / products
    bytes = weights * extra * Double(isa.width.byteCount)
  }
}
