/// Which samples of a line make each sample of a resized line, and how much each weighs.
///
/// The antialiased triangle filter of Pillow's Resample.c, in its 8-bit fixed point: every step
/// is taken as there, so that results are equal bit for bit.
struct ResizeWeights {
  /// `PRECISION_BITS`: 32 bits less 8 of the sample and 2 to spare.
  static let precision = 32 - 8 - 2

  /// For each new sample, where its old ones begin.
  private(set) var starts: [Int] = []
  /// For each new sample, how many old ones it has.
  private(set) var counts: [Int] = []
  /// `stride` weights for each new sample, those past its count 0.
  private(set) var weights: [Int32] = []
  let stride: Int

  /// Both lengths are sides of pictures, at least 1.
  init(from old: Int, to new: Int) {
    let scale = Double(old) / Double(new)
    let filterScale = max(scale, 1)
    // The triangle reaches one sample to each side, scaled.
    let support = filterScale
    stride = Int(support.rounded(.up)) * 2 + 1
    let inverse = 1 / filterScale
    weights.reserveCapacity(stride * new)
    for index in 0..<new {
      let center = (Double(index) + 0.5) * scale
      // Conversions cut toward zero, as in C.
      let first = max(Int(center - support + 0.5), 0)
      let count = min(Int(center + support + 0.5), old) - first
      let shares = (0..<count).map { offset in
        max(1 - abs((Double(offset + first) - center + 0.5) * inverse), 0)
      }
      var sum = 0.0
      for share in shares { sum += share }
      starts.append(first)
      counts.append(count)
      for share in shares {
        let part = sum == 0 ? share : share / sum
        weights.append(Int32(part * Double(1 << Self.precision) + 0.5))
      }
      for _ in count..<stride { weights.append(0) }
    }
  }
}
