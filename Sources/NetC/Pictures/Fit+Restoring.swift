import Formats

extension Fit {
  /// A mask of the input's size, or of a fraction of it, brought back to the picture: every pixel
  /// takes the nearest label, also where the picture was cut off.
  ///
  /// A mask of a picture that nothing was done to stays as it is.
  func restored(_ mask: Mask) -> Mask {
    isExact ? mask : stretched(mask)
  }

  /// The same, at the picture's size in any case.
  func stretched(_ mask: Mask) -> Mask {
    if isExact, mask.height == height.input, mask.width == width.input { return mask }
    let columns = (0..<width.original).map {
      (2 * width.source(of: $0) + 1) * mask.width / (2 * width.input)
    }
    var labels: [Int32] = []
    labels.reserveCapacity(height.original * width.original)
    for y in 0..<height.original {
      let row = (2 * height.source(of: y) + 1) * mask.height / (2 * height.input) * mask.width
      for column in columns { labels.append(mask.labels[row + column]) }
    }
    return Mask(height: height.original, width: width.original, labels: labels)
  }
}
