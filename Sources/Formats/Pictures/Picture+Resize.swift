extension Picture {
  /// The picture at another size, equal to Pillow 13's `resize(size, BILINEAR)`: two passes,
  /// each rounded to 8 bits.
  package func resized(width newWidth: Int, height newHeight: Int) throws(FormatError) -> Picture {
    let count = try Self.sampleCount(width: newWidth, height: newHeight, channels: channels)
    try System.reserve(count, for: "the resized picture")
    // Rows are resized first, as in all older versions, unless the height shrinks by more than
    // twice what the width does.
    if height > newHeight, height - newHeight > (width - newWidth) * 2 {
      return try resizedDown(to: newHeight).resizedAcross(to: newWidth)
    }
    return try resizedAcross(to: newWidth).resizedDown(to: newHeight)
  }

  /// Rows of `newWidth` pixels.
  private func resizedAcross(to newWidth: Int) throws(FormatError) -> Picture {
    guard newWidth != width else { return self }
    let count = try Self.sampleCount(width: newWidth, height: height, channels: channels)
    try System.reserve(count, for: "the resized picture")
    let plan = ResizeWeights(from: width, to: newWidth)
    let (starts, counts, weights) = (plan.starts.span, plan.counts.span, plan.weights.span)
    let source = bytes.span
    var result: [UInt8] = []
    result.reserveCapacity(count)
    for y in 0..<height {
      for x in 0..<newWidth {
        let first = (y * width + starts[x]) * channels
        for channel in 0..<channels {
          var sum = Int32(1) << Int32(ResizeWeights.precision - 1)
          for k in 0..<counts[x] {
            sum &+= Int32(source[first + k * channels + channel]) &* weights[x * plan.stride + k]
          }
          result.append(UInt8(clamping: sum >> Int32(ResizeWeights.precision)))
        }
      }
    }
    return Picture(width: newWidth, height: height, channels: channels, bytes: result)
  }

  /// `newHeight` rows.
  private func resizedDown(to newHeight: Int) throws(FormatError) -> Picture {
    guard newHeight != height else { return self }
    let count = try Self.sampleCount(width: width, height: newHeight, channels: channels)
    try System.reserve(count, for: "the resized picture")
    let plan = ResizeWeights(from: height, to: newHeight)
    let (starts, counts, weights) = (plan.starts.span, plan.counts.span, plan.weights.span)
    let source = bytes.span
    let row = width * channels
    var result: [UInt8] = []
    result.reserveCapacity(count)
    // A whole row of sums at a time, so that memory is read in order.
    var sums = [Int32](repeating: 0, count: row)
    for y in 0..<newHeight {
      var span = sums.mutableSpan
      for x in 0..<row { span[x] = Int32(1) << Int32(ResizeWeights.precision - 1) }
      for k in 0..<counts[y] {
        let weight = weights[y * plan.stride + k]
        let first = (starts[y] + k) * row
        for x in 0..<row { span[x] &+= Int32(source[first + x]) &* weight }
      }
      for x in 0..<row {
        result.append(UInt8(clamping: span[x] >> Int32(ResizeWeights.precision)))
      }
    }
    return Picture(width: width, height: newHeight, channels: channels, bytes: result)
  }
}
