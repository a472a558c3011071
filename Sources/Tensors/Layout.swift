/// How the numbers of a map lie in memory, image after image.
package enum Layout: Hashable, Sendable {
  /// channel, row, column
  case planar
  /// block of so many channels, row, column, lane; lanes without a channel have no meaning
  case blocked(Int)

  /// Floats of `channels` channels of a map; nil where the count passes what a shape may hold.
  package func floats(channels: Int, height: Int, width: Int) -> Int? {
    switch self {
    case .planar: return Shape([channels, height, width])?.count
    case .blocked(let lanes):
      return Shape([ceilDivide(channels, lanes), height, width, lanes])?.count
    }
  }

  /// Floats of one image; nil where the count passes what a shape may hold.
  package func imageFloats(_ shape: Shape) -> Int? {
    floats(channels: shape.c, height: shape.h, width: shape.w)
  }

  /// Whether a shape lies in memory in the same way in both.
  package func matches(_ other: Layout, _ shape: Shape) -> Bool {
    if self == other { return true }
    guard shape.h == 1, shape.w == 1 else { return false }
    return imageFloats(shape) == other.imageFloats(shape)
  }
}

extension Layout: CustomStringConvertible {
  package var description: String {
    switch self {
    case .planar: "planar"
    case .blocked(let lanes): "blocked \(lanes)"
    }
  }
}
