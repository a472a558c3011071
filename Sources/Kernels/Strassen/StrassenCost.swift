import Tensors

/// What a convolution takes, in fused multiply-adds of vectors.
enum StrassenCost {
  /// It is worth its rounding and its memory where it takes at most this share: weights that come
  /// from memory in a whole network, and other layers' in the caches, cost some of it.
  private static let worthwhile = 0.94
  /// Of a pair of positions of a block of each half of the input, in the sums of all operands.
  private static let operands = 80.0
  /// Of a pair of positions of a block of each half of the output, beside its products.
  private static let results = 50.0
  /// Of a vector of weights that is read for a band, and from memory.
  private static let weight = 1.8
  private static let farWeight = 2.0

  /// Why direct sums are better; nil where they are not.
  static func refusal(_ tiling: StrassenTiling) -> String? {
    let share = self.share(tiling)
    guard share > worthwhile else { return nil }
    let percent = share < 10 ? "\(Int((share * 100).rounded())) %" : "more than ten times"
    return "direct is cheaper: these products take \(percent) of its time"
  }

  /// What it takes of the time of a direct convolution.
  static func share(_ tiling: StrassenTiling) -> Double {
    let (inputs, outputs) = (Double(tiling.inputHalf), Double(tiling.outputHalf))
    let pairs = Double(tiling.images) * Double(ceilDivide(tiling.positions, 2))
    let bands = Double(tiling.images * tiling.bands)
    let weights = 7 * inputs * Double(tiling.lanes) * outputs
    let own =
      pairs * (weights + inputs * Double(tiling.passRuns.count) * operands + outputs * results)
      + weights * (bands * weight + farWeight)
    let others = Double(tiling.inputChannels) * Double(tiling.outputBlocks)
    return own / (others * (Double(tiling.images) * Double(tiling.positions) + farWeight))
  }
}
