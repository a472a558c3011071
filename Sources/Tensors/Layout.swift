/// How the numbers of a map lie in memory, image after image.
package enum Layout: Hashable, Sendable {
  /// channel, row, column
  case planar
  /// block of so many channels, row, column, lane; lanes without a channel have no meaning
  case blocked(Int)
  /// The same with a bfloat16 a lane, of which two lie in the place of a float.
  case blockedBF16(Int)

  /// Channels of a block; 1 where planes follow each other.
  package var lanes: Int {
    switch self {
    case .planar: 1
    case .blocked(let lanes), .blockedBF16(let lanes): lanes
    }
  }

  package var isBF16: Bool {
    if case .blockedBF16 = self { true } else { false }
  }

  /// The same order of whole floats.
  package var wide: Layout { isBF16 ? .blocked(lanes) : self }

  /// Places of a float that one cell of a block takes.
  package var cellFloats: Int { isBF16 ? lanes / 2 : lanes }

  /// Floats of `channels` channels of a map; nil where the count passes what a shape may hold.
  package func floats(channels: Int, height: Int, width: Int) -> Int? {
    Shape([ceilDivide(channels, lanes), height, width, cellFloats])?.count
  }

  /// Floats of one image; nil where the count passes what a shape may hold.
  package func imageFloats(_ shape: Shape) -> Int? {
    floats(channels: shape.c, height: shape.h, width: shape.w)
  }

  /// Whether a shape lies in memory in the same way in both.
  package func matches(_ other: Layout, _ shape: Shape) -> Bool {
    if self == other { return true }
    guard shape.h == 1, shape.w == 1, isBF16 == other.isBF16 else { return false }
    return imageFloats(shape) == other.imageFloats(shape)
  }
}

extension Layout: CustomStringConvertible {
  package var description: String {
    switch self {
    case .planar: "planar"
    case .blocked(let lanes): "blocked \(lanes)"
    case .blockedBF16(let lanes): "bf16 blocked \(lanes)"
    }
  }
}
